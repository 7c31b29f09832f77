// Refused calls and mails that were set aside, newest first. Read-only, along one index.
import type { Reader as Source } from "../db.ts";
import { type MessageDetail, type MessageKind, type MessageState, type MessageView, messagesWhere } from "./message-rows.ts";
import type { Page } from "./types.ts";

export interface MessageFilter {
  /** Number of a task or ticket, id of a process, or any reference a task ever had. */
  q?: string;
  kind?: MessageKind;
  state?: MessageState;
  provider?: string;
  /** Continue after the `next` of the page before. */
  after?: string;
  /** 1 to 200. */
  limit: number;
}

/** One page of them, with those of a state that are not open when it is asked for. */
export async function unhandled(source: Source, filter: MessageFilter): Promise<Page<MessageView> & { tasks: string[] }> {
  const { kind, state = "open", provider, after = "~", limit } = filter;
  const kinds = kind === undefined ? ["refused", "quarantined"] : [kind];
  const rows: MessageDetail[] = [];
  let isMore = false;
  for (const one of kinds) {
    const whose = provider === undefined ? { where: "", values: [] } : { where: " and provider = ?", values: [provider] };
    const where = `kind = ? and state = ? and id < ?${whose.where} order by id desc limit ?`;
    const found = await messagesWhere(source, where, [one, state, after, ...whose.values, limit + 1]);
    rows.push(...found);
    isMore ||= found.length > limit;
  }
  const page = rows.sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit);
  return { items: page, next: isMore || rows.length > limit ? (page.at(-1)?.id ?? null) : null, tasks: [] };
}
