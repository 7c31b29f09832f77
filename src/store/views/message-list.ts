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
  /** Why they led to nothing. */
  code?: string;
  /** The address a mail came from. */
  sender?: string;
  /** Continue after the `next` of the page before. */
  after?: string;
  /** 1 to 200. */
  limit: number;
}

/** One page of them, with those of a state that are not open when it is asked for. */
export async function unhandled(source: Source, filter: MessageFilter): Promise<Page<MessageView> & { tasks: string[] }> {
  const { kind, state = "open", after = "~", limit } = filter;
  const kinds = kind === undefined ? ["refused", "quarantined"] : [kind];
  const only = narrowed(filter);
  const rows: MessageDetail[] = [];
  let isMore = false;
  for (const one of kinds) {
    const where = `kind = ? and state = ? and id < ?${only.map(([column]) => ` and ${column} = ?`).join("")} order by id desc limit ?`;
    const values = only.map(([, value]) => value);
    const found = await messagesWhere(source, where, [one, state, after, ...values, limit + 1]);
    rows.push(...found);
    isMore ||= found.length > limit;
  }
  const page = rows.sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, limit);
  return { items: page, next: isMore || rows.length > limit ? (page.at(-1)?.id ?? null) : null, tasks: [] };
}

/** Columns that are to have these values. */
function narrowed({ provider, code, sender }: MessageFilter): [string, string][] {
  const asked: [string, string | undefined][] = [
    ["provider", provider],
    ["code", code],
    ["sender", sender?.toLowerCase()],
  ];
  return asked.filter((one): one is [string, string] => one[1] !== undefined);
}
