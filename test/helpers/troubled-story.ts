// Thousands of deliveries to a partner in every kind of trouble, by a clock that goes on only when nothing is due any more. Dead
// letters that hold are retried by hand until all is well. What is asserted of the end stands in `troubled-check.ts`.
import { BY } from "./by.ts";
import assert from "node:assert/strict";
import type { Tried } from "../../src/outbound/carry.ts";
import { checkLedger } from "./ledger-check.ts";
import { checkHeldBack, checkOrder, checkTries, type TriedAt } from "./troubled-check.ts";
import { createQueueModel, readDeliveries } from "./troubled-model.ts";
import { startTroubledProvider, type TroubledProvider } from "./troubled-provider.ts";
import { HOLDING, openTroubledStage, type TroubledStage } from "./troubled-stage.ts";

export interface TroubledOptions {
  databaseUrl: string;
  tasks: number;
  /** Messages of each task, beside the assignment. */
  messages: number;
  /** The same seed gives the same troubles. */
  seed: string;
}

/** What was counted. */
export interface TroubledCount {
  deliveries: number;
  tries: number;
  /** Tries that the partner refused before it had read them. */
  unread: number;
  deadLetters: number;
  /** Retried by hand. */
  byHand: number;
  ticks: number;
  mostMemory: number;
}

/** Systems of the stage: each gets every event. */
const SYSTEMS = 3;
/** Rounds of retries by hand, after which the partner's trouble ends. */
const ROUNDS = 3;
/** Longest time without the end of a try, while there are some to make. */
const LONGEST_MS = 30_000;
/** Of the gateway's parts and the partner together. */
const MOST_MEMORY = 1024 * 1024 * 1024;
/** More than this one line cannot take in before it is cut: what is kept of an answer, and the buffers of both sides. */
const MOST_WRITTEN = 32 * 1024 * 1024;

export async function tellTroubled(options: TroubledOptions): Promise<TroubledCount> {
  const { databaseUrl, tasks, messages, seed } = options;
  const time = { now: (): number => 0 };
  const provider = await startTroubledProvider({ seed, clock: () => time.now() });
  try {
    const stage = await openTroubledStage(databaseUrl, provider, seed);
    time.now = () => stage.clock.now;
    try {
      await stage.prepare(tasks, messages);
      const deliveries = tasks * (messages + 1) * SYSTEMS;
      assert.equal((await readDeliveries(stage.db)).length, deliveries, "every event led to a delivery for each System");
      return { deliveries, ...(await carryOut(stage, provider)) };
    } finally {
      await stage.close();
    }
  } finally {
    await provider.close();
  }
}

async function carryOut(stage: TroubledStage, provider: TroubledProvider): Promise<Omit<TroubledCount, "deliveries">> {
  const { clock, db } = stage;
  const tries: TriedAt[] = [];
  const ticks = [clock.now];
  const model = createQueueModel(db, () => clock.now);
  await model.load();
  let mostMemory = 0;
  stage.start((tried: Tried) => {
    model.tried(tried);
    tries.push({ key: tried.delivery.key, end: tried.end, at: clock.now });
  });
  let byHand = 0;
  for (let round = 0; ; ) {
    await model.quiet(LONGEST_MS);
    mostMemory = Math.max(mostMemory, process.memoryUsage.rss());
    const next = await nextTick(stage);
    if (next !== null) {
      clock.now = next;
      ticks.push(next);
      model.clockMoved();
    } else {
      if (round === 0) await checkHeldBack(db, provider.seen);
      if (++round > ROUNDS) provider.heal();
      const retried = await stage.admin.retryQueue(HOLDING, {}, BY);
      if (retried === 0) break;
      byHand += retried;
      await model.load();
    }
    stage.wake();
  }
  return { ...(await check(stage, provider, { tries, ticks, mostMemory })), byHand, ticks: ticks.length };
}

/** The time at which half of what waits is due, and a hundred at least; null when nothing waits. */
async function nextTick({ db }: TroubledStage): Promise<number | null> {
  const rows = await db.rows<{ due_at: number }>("select due_at from deliveries where state = 'ready' order by due_at");
  return rows[Math.min(rows.length - 1, Math.max(100, Math.floor(rows.length / 2)))]?.due_at ?? null;
}

interface Told {
  tries: readonly TriedAt[];
  ticks: readonly number[];
  mostMemory: number;
}

async function check(stage: TroubledStage, provider: TroubledProvider, { tries, ticks, mostMemory }: Told) {
  const { db, errors } = stage;
  assert.deepEqual(errors, [], "nothing went wrong inside");
  const rows = await readDeliveries(db);
  const systems = stage.store.site().systems;
  await checkOrder(db, rows, provider.seen);
  const count = await checkTries({ db, systems, rows, seen: provider.seen, tries, ticks });
  const { forbiddenCalls, refused, mostWritten } = provider;
  assert.ok(refused() > 0, "some requests were refused unread");
  assert.ok(count.unread <= refused(), `${count.unread} tries were not seen, and ${refused()} refused unread`);
  assert.ok(stage.badLookups() > 0, "some look-ups led where nobody may call");
  assert.equal(forbiddenCalls(), 0, "nobody called there");
  assert.ok(mostWritten() < MOST_WRITTEN, `an endless answer was read for ${mostWritten()} bytes`);
  assert.ok(mostMemory < MOST_MEMORY, `it used up to ${mostMemory} bytes`);
  await checkLedger(db);
  return { ...count, mostMemory };
}
