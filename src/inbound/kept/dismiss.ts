// Dismisses many messages at once: those that are named, or those that fit. Each is its own entry in the audit log; what somebody else
// ended meanwhile is left as it is.
import { Failure, type FailureCode } from "../../core/errors.ts";
import type { By } from "../../lib/by.ts";
import type { MessageFilter } from "../../store/views/message-list.ts";
import type { MessageViews } from "../../store/views/messages.ts";
import type { MessageDesk } from "./again.ts";

/** Most that one call dismisses. */
export const MOST_DISMISSED = 500;
const AT_ONCE = 50;

/** Which messages: by id, or the open ones that fit. */
export type Chosen = { ids: readonly string[] } | { fitting: Omit<MessageFilter, "q" | "state" | "after" | "limit"> };

/** What became of them. `left` are those that could not be dismissed, `more` whether others fit. */
export interface Dismissed {
  dismissed: number;
  left: readonly { id: string; code: FailureCode }[];
  more: boolean;
}

interface Parts {
  desk: Pick<MessageDesk, "dismiss">;
  messages: Pick<MessageViews, "search">;
}

/** Dismisses up to `MOST_DISMISSED`. Throws when the store cannot be used; what was dismissed by then stays so. */
export async function dismissMany(
  { desk, messages }: Parts,
  chosen: Chosen,
  { comment, by }: { comment: string; by: By },
): Promise<Dismissed> {
  const { ids, more } =
    "ids" in chosen ? { ids: [...new Set(chosen.ids)], more: false } : await fitting(messages, chosen.fitting);
  const left: { id: string; code: FailureCode }[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const one = async (id: string): Promise<void> => {
      const code = await refusalOf(desk.dismiss(id, comment, by));
      if (code !== null) left.push({ id, code });
    };
    await Promise.all(ids.slice(from, from + AT_ONCE).map(one));
  }
  return { dismissed: ids.length - left.length, left, more };
}

async function fitting(messages: Parts["messages"], filter: Extract<Chosen, { fitting: object }>["fitting"]) {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await messages.search({ ...filter, state: "open", limit: 200, ...(after === undefined ? {} : { after }) });
    ids.push(...page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined && ids.length < MOST_DISMISSED);
  return { ids: ids.slice(0, MOST_DISMISSED), more: after !== undefined || ids.length > MOST_DISMISSED };
}

async function refusalOf(done: Promise<void>): Promise<FailureCode | null> {
  try {
    await done;
    return null;
  } catch (error) {
    if (error instanceof Failure && (error.class === "refused" || error.code === "guard_lost")) return error.code;
    throw error;
  }
}
