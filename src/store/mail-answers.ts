// Answers to mails that wait to be sent, each sent once or never, and what is remembered of mails that came before.
import type { Knex } from "knex";
import type { AnswerKind, Letter } from "../core/mail-effects.ts";
import type { Spent } from "../lib/mail-budget.ts";
import type { Reader, Value } from "./db.ts";
import type { Page } from "./views/types.ts";

/** `unknown`: it was being sent when the process or the connection died; it is not sent again. */
export type AnswerState = "ready" | "sending" | "sent" | "failed" | "unknown";

/** An answer that one process has taken to send. */
export interface TakenAnswer {
  id: string;
  mailbox: string;
  kind: AnswerKind;
  recipient: string;
  letter: Letter;
  /** Tries before this one. */
  tries: number;
}

export interface AnswerEnd {
  state: Exclude<AnswerState, "sending">;
  code: string;
  note: string | null;
  /** When a `ready` one is tried again, in milliseconds UTC. */
  dueAt: number;
}

/** What is known of an answer, for an operator. */
export interface AnswerView {
  id: string;
  mailbox: string;
  kind: AnswerKind;
  recipient: string;
  letter: Letter;
  state: AnswerState;
  tries: number;
  code: string | null;
  note: string | null;
  createdAt: number;
  updatedAt: number;
}

/** What is looked for. */
export interface AnswerFilter {
  mailbox: string;
  state?: AnswerState;
  /** In small letters. */
  recipient?: string;
  /** Written down at or after this time, and before that; milliseconds UTC. */
  from?: number;
  until?: number;
  /** Continue after the `next` of the page before. */
  after?: string;
  limit: number;
}

export interface MailAnswers {
  /** What was spent of a budget. */
  spent(budget: string): Promise<Spent | null>;
  /** How many answers the address was sent, or is to be, by this mailbox since then. */
  answersTo(mailbox: string, recipient: string, since: number): Promise<number>;
  /** Takes answers that are due; nobody else is given them. */
  take(now: number, most: number): Promise<TakenAnswer[]>;
  /** Says how a try ended. */
  end(id: string, end: AnswerEnd, now: number): Promise<void>;
  /** Gives up those that were taken before then and never ended: their process died, and they may have been sent. */
  abandon(before: number, now: number): Promise<number>;
  /** Those of a mailbox that fit, newest first. */
  list(filter: AnswerFilter): Promise<Page<AnswerView>>;
}

type Row = Omit<AnswerView, "letter" | "createdAt" | "updatedAt"> & { letter: string; created_at: number; updated_at: number };

const COLUMNS = ["id", "mailbox", "kind", "recipient", "letter", "state", "tries", "code", "note", "created_at", "updated_at"];
const GIVEN_UP = "The gateway stopped while it was sent; it is not sent again.";

/** `reader` sees what is committed; `knex` claims. */
export function createMailAnswers(knex: Knex, reader: Reader): MailAnswers {
  const claim = async (row: Row, now: number): Promise<TakenAnswer[]> => {
    const { id, mailbox, kind, recipient, letter, tries } = row;
    const mine = await knex("mail_answers").where({ id, state: "ready" }).update({ state: "sending", updated_at: now });
    return mine === 0 ? [] : [{ id, mailbox, kind, recipient, tries, letter: JSON.parse(letter) as Letter }];
  };
  return {
    async spent(budget) {
      const sql = "select amount, until from mail_budgets where id = ?";
      const [row] = await reader.all<{ amount: number; until: number }>(sql, [budget]);
      return row ? { count: row.amount, until: row.until } : null;
    },
    async answersTo(mailbox, recipient, since) {
      const sql = "select count(*) as amount from mail_answers where mailbox = ? and recipient = ? and created_at > ?";
      const [row] = await reader.all<{ amount: number }>(sql, [mailbox, recipient, since]);
      return row?.amount ?? 0;
    },
    async take(now, most) {
      const due = `select ${COLUMNS.join(", ")} from mail_answers where state = 'ready' and due_at <= ? order by due_at limit ?`;
      const taken: TakenAnswer[] = [];
      for (const row of await reader.all<Row>(due, [now, most])) taken.push(...(await claim(row, now)));
      return taken;
    },
    async end(id, { state, code, note, dueAt }, now) {
      const change = { state, code: code.slice(0, 64), note: note?.slice(0, 4000) ?? null, due_at: dueAt, updated_at: now };
      await knex("mail_answers")
        .where({ id, state: "sending" })
        .update({ ...change, tries: knex.raw("tries + 1") });
    },
    abandon: (before, now) =>
      knex("mail_answers")
        .where({ state: "sending" })
        .where("updated_at", "<", before)
        .update({ state: "unknown", code: "abandoned", note: GIVEN_UP, due_at: now, updated_at: now }),
    list: (filter) => listAnswers(reader, filter),
  };
}

/** Ids follow the time, so one index gives the newest of a mailbox, of a state or not. */
async function listAnswers(reader: Reader, filter: AnswerFilter): Promise<Page<AnswerView>> {
  const { mailbox, state, recipient, from, until, after = "~", limit } = filter;
  const conditions: readonly [string, Value | undefined][] = [
    ["mailbox = ?", mailbox],
    ["state = ?", state],
    ["recipient = ?", recipient],
    ["created_at >= ?", from],
    ["created_at < ?", until],
    ["id < ?", after],
  ];
  const asked = conditions.filter((one): one is [string, Value] => one[1] !== undefined);
  const where = asked.map(([text]) => text).join(" and ");
  const sql = `select ${COLUMNS.join(", ")} from mail_answers where ${where} order by id desc limit ?`;
  const rows = await reader.all<Row>(sql, [...asked.map(([, value]) => value), limit + 1]);
  const items = rows.slice(0, limit).map(viewOf);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

function viewOf({ letter, created_at: createdAt, updated_at: updatedAt, ...row }: Row): AnswerView {
  return { ...row, letter: JSON.parse(letter) as Letter, createdAt, updatedAt };
}
