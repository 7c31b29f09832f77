// How the reading of mailboxes goes, as this process sees it: noted in memory with every step, and kept in the store some time later,
// where every process finds it.
import type { Clock } from "../lib/clock.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import type { MailboxState, MailboxStates } from "../store/mailbox-states.ts";

const KEEP_MS = 5_000;

/** What this process tells of a mailbox in its metrics; times in milliseconds UTC. */
export interface MailMeter {
  waiting: number;
  waitingSince: number | null;
  /** When it was last read to its end. */
  lookedAt: number | null;
  failures: number;
  /** Mails by how they ended. */
  outcomes: Map<string, number>;
}

/** The notes of one mailbox. */
export interface MailboxNotes {
  /** It was looked at: so many mails wait, the oldest since then. */
  looked(waiting: number, waitingSince: number | null): void;
  failed(says: string): void;
  /** It is read, but something else is wrong. */
  troubled(says: string): void;
}

export interface MailStates {
  of(mailbox: string): MailboxNotes;
  /** How a mail of this mailbox ended. */
  ended(mailbox: string, outcome: string): void;
  follow(): void;
  /** Keeps what is not kept yet. */
  stop(): Promise<void>;
}

interface Noted {
  state: MailboxState;
  /** Not kept yet. */
  ended: Map<string, number>;
  changed: boolean;
}

interface Options {
  store: Pick<MailboxStates, "write">;
  clock: Clock;
  meters: Map<string, MailMeter>;
  onError(error: unknown): void;
}

/** Nothing is kept before `follow`. */
export function createMailStates({ store, clock, meters, onError }: Options): MailStates {
  const noted = new Map<string, Noted>();
  let keeper: Worker | undefined;
  const change = (mailbox: string, to: (one: Noted, now: number) => Partial<MailboxState>): void => {
    const now = clock();
    const one = noted.get(mailbox) ?? { state: firstState(mailbox, now), ended: new Map(), changed: false };
    noted.set(mailbox, one);
    const before = one.state.state;
    Object.assign(one.state, to(one, now));
    one.changed = true;
    // Whoever waits for it to work, or to fail, is told at once; figures that change with each mail are kept now and then.
    if (before !== one.state.state) keeper?.wake();
  };
  const keep = async (): Promise<void> => {
    for (const one of noted.values()) if (one.changed) await keepOne(store, one);
  };
  return {
    of: (mailbox) => notesOf((to) => change(mailbox, to), meterOf(meters, mailbox)),
    ended(mailbox, outcome) {
      const { outcomes } = meterOf(meters, mailbox);
      change(mailbox, ({ ended }, mailAt) => {
        for (const counts of [ended, outcomes]) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
        return { mailAt };
      });
    },
    follow() {
      keeper = startWorker({ name: "mailbox states", pollMs: KEEP_MS, run: keep, onError });
    },
    async stop() {
      await keeper?.stop();
      await keep().catch(onError);
    },
  };
}

function notesOf(change: (to: (one: Noted, now: number) => Partial<MailboxState>) => void, meter: MailMeter): MailboxNotes {
  return {
    looked: (waiting, waitingSince) =>
      change(({ state: { lookedAt: before } }, now) => {
        const lookedAt = waiting > 0 ? before : now;
        Object.assign(meter, { waiting, waitingSince, lookedAt });
        return { state: waiting > 0 ? "reading" : "waiting", waiting, waitingSince, failures: 0, lookedAt };
      }),
    failed: (failure) =>
      change(({ state: { failures } }, failedAt) => {
        meter.failures += 1;
        return { state: "failing", failures: failures + 1, failedAt, failure };
      }),
    troubled: (failure) => change((_one, failedAt) => ({ failedAt, failure })),
  };
}

function meterOf(meters: Map<string, MailMeter>, mailbox: string): MailMeter {
  const meter = meters.get(mailbox) ?? { waiting: 0, waitingSince: null, lookedAt: null, failures: 0, outcomes: new Map() };
  meters.set(mailbox, meter);
  return meter;
}

/** What was noted while it is written is written the next time; what was not written is not forgotten. */
async function keepOne(store: Pick<MailboxStates, "write">, one: Noted): Promise<void> {
  const { ended } = one;
  one.ended = new Map();
  one.changed = false;
  try {
    await store.write({ ...one.state }, Object.fromEntries(ended));
  } catch (error) {
    for (const [outcome, mails] of ended) one.ended.set(outcome, (one.ended.get(outcome) ?? 0) + mails);
    one.changed = true;
    throw error;
  }
}

function firstState(mailbox: string, since: number): MailboxState {
  return {
    ...{ mailbox, state: "given", since, lookedAt: null, mailAt: null, waiting: 0, waitingSince: null },
    ...{ failures: 0, failedAt: null, failure: null },
  };
}
