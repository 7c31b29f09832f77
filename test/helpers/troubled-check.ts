// What must be true after deliveries to a partner in trouble: nothing lost, order kept, ids stable, every try recorded as the
// partner saw it, and retries at the documented times.
import assert from "node:assert/strict";
import type { DeliveryEnd } from "../../src/core/ports.ts";
import type { System } from "../../src/store/outgoing.ts";
import type { Connection } from "./store.ts";
import type { DeliveryRow } from "./troubled-model.ts";
import type { Seen } from "./troubled-provider.ts";
import { HOLDING } from "./troubled-stage.ts";

/** The end of a try as the log was told, and the time by the story's clock. */
export interface TriedAt {
  key: string;
  end: DeliveryEnd;
  at: number;
}

interface AttemptRow {
  delivery_key: string;
  number: number;
  at: number;
  class: string;
  code: string;
  detail: string | null;
}

const ATTEMPTS = `select d.delivery_key, a.number, a.at, a.class, a.code, a.detail from delivery_attempts a
  join deliveries d on d.id = a.delivery_id order by a.delivery_id, a.number`;

/** What a code means for the delivery, as the documentation says. */
const MEANS: Readonly<Record<string, readonly string[]>> = {
  done: ["http_200", "http_204"],
  permanent: [
    ...["http_400", "http_401", "http_404", "http_409", "http_422", "http_501", "http_505"],
    ...["redirect_refused", "forbidden_address"],
  ],
  transient: [
    ...["http_408", "http_429", "http_500", "http_502", "http_503", "http_504", "timeout", "reset", "stale_connection"],
    ...["connect", "dns", "bad_answer", "answer_reset", "answer_timeout"],
  ],
};

/** Codes of tries that no partner can have seen, and those that need not: what is cut off unread may also be noticed too late. */
const UNSENT = ["dns", "forbidden_address"];
const UNREAD = ["reset", "stale_connection", "connect", "timeout"];
/** Chance adds up to a fifth to a pause. */
const JITTER = 0.2;

/**
 * The partner saw the events of each task in their order. An older one is seen again after a younger only where a try of it was cut off
 * and the partner read it too late: never more often than it was tried.
 */
export async function checkOrder(db: Connection, rows: readonly DeliveryRow[], seen: readonly Seen[]): Promise<void> {
  const attempts = await db.rows<AttemptRow>(ATTEMPTS);
  const cutOff = new Set(attempts.filter(({ code }) => UNREAD.includes(code)).map((one) => one.delivery_key));
  const known = new Map(rows.map((row) => [row.delivery_key, row]));
  const last = new Map<string, DeliveryRow>();
  const tasks = new Map<number, string>();
  const times = new Map<string, number>();
  for (const { id, system, task, event } of seen) {
    const row = known.get(id);
    assert.ok(row, `the id ${id} is a delivery's`);
    assert.deepEqual([row.system_name, row.position], [system, event], "an id stands for one event and System");
    assert.equal(tasks.get(row.subject) ?? task, task);
    tasks.set(row.subject, task);
    const seenBefore = times.get(id) ?? 0;
    times.set(id, seenBefore + 1);
    assert.ok(seenBefore < row.attempts, `${system} saw the event ${event} more often than it was tried`);
    if (seenBefore > 0) continue;
    const before = last.get(`${system} ${task}`);
    if (cutOff.has(id) && before && before.position > row.position) continue;
    assert.ok((before?.position ?? 0) <= row.position, `${system} saw the event ${event} after ${before?.position}`);
    last.set(`${system} ${task}`, row);
  }
  assert.equal(new Set(rows.map((row) => row.delivery_key)).size, rows.length, "every delivery has an id of its own");
}

/** While dead letters hold, what is younger was never tried. */
export async function checkHeldBack(db: Connection, seen: readonly Seen[]): Promise<void> {
  const sql = "select delivery_key, subject, state, attempts from deliveries where system_name = ? and is_open = 1 order by id";
  const open = await db.rows<DeliveryRow>(sql, [HOLDING]);
  const tried = new Set(seen.map((one) => one.id));
  const dead = new Set<number>();
  for (const { delivery_key: key, subject, state, attempts } of open) {
    assert.equal(state, dead.has(subject) ? "behind" : "rejected", "what is open is a dead letter, or waits behind one");
    if (state === "behind") assert.deepEqual([attempts, tried.has(key)], [0, false], "what is held back was not tried");
    dead.add(subject);
  }
  assert.ok(dead.size > 0, "some dead letters hold others back");
}

interface Kept {
  db: Connection;
  systems: ReadonlyMap<string, System>;
  rows: readonly DeliveryRow[];
  seen: readonly Seen[];
  tries: readonly TriedAt[];
  /** The times the clock stood at. */
  ticks: readonly number[];
}

/** What was counted: tries that were sent but that the partner did not read, and dead letters that were left. */
export interface Checked {
  tries: number;
  unread: number;
  deadLetters: number;
}

/** Checks every try of every delivery. */
export async function checkTries({ db, systems, rows, ticks, ...kept }: Kept): Promise<Checked> {
  const attempts = Map.groupBy(await db.rows<AttemptRow>(ATTEMPTS), (one) => one.delivery_key);
  const seen = Map.groupBy(kept.seen, (one) => one.id);
  const tries = Map.groupBy(kept.tries, (one) => one.key);
  let unread = 0;
  for (const row of rows) {
    const system = systems.get(row.system_name) as System;
    const of = { row, system, attempts: attempts.get(row.delivery_key) ?? [], tries: tries.get(row.delivery_key) ?? [], ticks };
    checkEnd(of);
    const pairs = pairUp(of, seen.get(row.delivery_key) ?? []);
    checkTimes(of, pairs);
    unread += pairs.filter((pair, index) => pair === null && wasSent(of.attempts[index])).length;
  }
  return { tries: kept.tries.length, unread, deadLetters: rows.filter((row) => row.state === "rejected").length };
}

interface Story {
  row: DeliveryRow;
  system: System;
  attempts: readonly AttemptRow[];
  tries: readonly TriedAt[];
  ticks: readonly number[];
}

/** It ended, with the code of its last try; given up only for good reason. */
function checkEnd({ row, system, attempts, tries }: Story): void {
  const { delivery_key: key, state, code } = row;
  const last = attempts.at(-1);
  assert.ok(last, `${key} was tried`);
  assert.deepEqual([row.attempts, tries.length], [attempts.length, attempts.length], "every try is kept");
  assert.deepEqual(
    attempts.map((one) => one.number),
    attempts.map((_, index) => index + 1),
  );
  for (const one of attempts) assert.ok(MEANS[one.class]?.includes(one.code), `${one.code} is ${one.class}`);
  assert.equal(code, last.code);
  if (last.class === "done") assert.equal(state, "done");
  else {
    assert.equal(state, "rejected", `${key} ended with ${code}`);
    assert.equal(system.delivery.afterFailure, "pass", "what held was retried until it went well");
    if (last.class === "transient")
      assert.equal(row.tries, system.delivery.retryAfterSeconds.length + 1, "the schedule was over");
  }
}

/** Which attempts the partner saw: all but those that may end before it has read anything, and nothing else. */
function pairUp({ row, system, attempts }: Story, seen: readonly Seen[]): (Seen | null)[] {
  const reads = system.apis["hook"]?.answer.reference !== null;
  let next = 0;
  const pairs = attempts.map((one): Seen | null => {
    const turn = seen[next];
    if (turn && (fits(one, turn, reads) || isLate(one, turn, { attempts, seen }))) return seen[next++] ?? null;
    assert.ok(
      !wasSent(one) || UNREAD.includes(one.code),
      `try ${one.number} of ${row.delivery_key} does not fit: ${tell(attempts, seen)}`,
    );
    return null;
  });
  assert.equal(next, seen.length, `the partner saw more tries than were made: ${tell(attempts, seen)}`);
  return pairs;
}

function wasSent(attempt: AttemptRow | undefined): boolean {
  return attempt !== undefined && !UNSENT.includes(attempt.code) && !/nothing was sent/.test(attempt.detail ?? "");
}

function tell(attempts: readonly AttemptRow[], seen: readonly Seen[]): string {
  const tried = attempts.map(({ at, code, detail }) => `${at} ${code} (${detail})`);
  return JSON.stringify({ tried, seen: seen.map(({ at, trouble }) => `${at} ${trouble.name}`) }, null, 2);
}

function fits({ code, at }: AttemptRow, { trouble, at: seenAt }: Seen, reads: boolean): boolean {
  const codes = reads && trouble.read ? trouble.read : trouble.codes;
  return at === seenAt && (codes.includes(code) || code === "timeout" || (reads && code === "answer_timeout"));
}

/** On a busy machine the partner may read a try only when it was given up and the clock stands at the time of the next one. */
function isLate(
  { code, at }: AttemptRow,
  turn: Seen,
  { attempts, seen }: Pick<Story, "attempts"> & { seen: readonly Seen[] },
): boolean {
  const amount = (of: readonly { at: number }[]): number => of.filter((one) => one.at === turn.at).length;
  return code === "timeout" && turn.at > at && amount(seen) > amount(attempts);
}

/**
 * Each pause is the schedule's or the partner's, whichever is longer, and up to a fifth more; the next try comes as soon as the
 * clock has come to its end.
 */
function checkTimes({ row, system, attempts, tries, ticks }: Story, pairs: readonly (Seen | null)[]): void {
  const { retryAfterSeconds: schedule } = system.delivery;
  for (const [index, { end, at }] of tries.entries()) {
    if (end.state !== "ready") continue;
    const pause = Math.max((schedule[end.tries - 1] ?? Number.NaN) * 1000, waitOf(attempts[index], pairs[index]));
    const { dueAt } = end;
    assert.ok(dueAt >= at + pause && dueAt <= at + pause * (1 + JITTER) + 1, `due ${dueAt - at} ms later, asked were ${pause}`);
    const next = attempts[index + 1]?.at;
    assert.equal(
      next,
      ticks.find((tick) => tick >= dueAt),
      `${row.delivery_key}: the next try comes when it is due`,
    );
  }
}

/** How long the partner asked to wait, in milliseconds (RFC 9110 section 10.2.3). */
function waitOf(attempt: AttemptRow | undefined, seen: Seen | null | undefined): number {
  const value = attempt?.code.startsWith("http_") ? seen?.retryAfter : undefined;
  if (value === undefined || seen === null || seen === undefined) return 0;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - seen.at;
  return Number.isNaN(wait) ? 0 : Math.max(wait, 0);
}
