// Reads mails in a thread of their own, one at a time, with a time limit: a mail on which parsing hangs costs its own
// turn and the thread, never the loop that asked.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Failure } from "../../core/errors.ts";
import type { Job, Reply } from "./parse-worker.ts";
import type { ReadMail } from "./read-mail.ts";
import type { MailRules, MailText, Recognised, Unrecognised } from "./recognise.ts";

/** Largest mail that is read, in bytes. */
export const MAIL_LIMIT = 25 * 1024 * 1024;

const MOST_WAITING = 256;
const HEAP_MB = 512;

/** What came of recognising: the pure result, or `timeout` when the operator's patterns took too long on this mail. */
export type Recognition = Recognised | { ok: false; reason: Unrecognised | "timeout"; detail: string | null };

export interface MailParser {
  /** Reads a mail of at most `MAIL_LIMIT` bytes. A mail that cannot be read is a result; rejects with `busy` when too many wait. */
  read(raw: Buffer): Promise<ReadMail>;
  /** Runs `recognise` under the same time limit. */
  recognise(mail: MailText, rules: MailRules): Promise<Recognition>;
  /** Ends the thread. Calls under way are answered as if they had taken too long. */
  close(): Promise<void>;
}

/** Makes a parser; its thread starts with the first mail. `timeLimitMs` counts for each call from the start of its turn. */
export function createMailParser(timeLimitMs = 10_000): MailParser {
  let thread: Promise<Worker> | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const retire = async (): Promise<void> => {
    const old = thread;
    thread = null;
    await (await old?.catch(() => undefined))?.terminate();
  };

  const ready = (): Promise<Worker> => {
    if (thread) return thread;
    const mine = startThread(() => {
      if (thread === mine) thread = null;
    });
    thread = mine;
    return mine;
  };

  const turn = async (job: Job): Promise<Reply | null> => {
    const running = await ready().catch((cause) => {
      throw new Failure("busy", undefined, cause);
    });
    const reply = await exchange(running, job, timeLimitMs).catch(() => null);
    if (reply === null) await retire();
    return reply;
  };

  const ask = async (job: Job): Promise<Reply | null> => {
    if (waiting >= MOST_WAITING) throw new Failure("busy");
    waiting++;
    const mine = tail.then(() => turn(job)).finally(() => waiting--);
    tail = mine.catch(() => undefined);
    return mine;
  };

  return {
    async read(raw) {
      if (raw.length > MAIL_LIMIT) return { ok: false, reason: "too_large", detail: `The mail has ${raw.length} bytes.` };
      const reply = await ask({ kind: "read", raw: new Uint8Array(raw) });
      return (
        (reply as ReadMail | null) ?? { ok: false, reason: "unreadable", detail: "Reading the mail took too long or failed." }
      );
    },
    async recognise(mail, rules) {
      const { subject, text, automatic, answer = null } = mail;
      const reply = await ask({ kind: "recognise", mail: { subject, text, automatic, answer }, rules });
      return (
        (reply as Recognised | null) ?? { ok: false, reason: "timeout", detail: "Recognising the mail took too long or failed." }
      );
    },
    close: retire,
  };
}

async function startThread(onExit: () => void): Promise<Worker> {
  const thread = new Worker(new URL("./parse-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  // Without a listener an error in the thread would end the process.
  thread.on("error", () => undefined);
  thread.once("exit", onExit);
  await once(thread, "message");
  thread.unref();
  return thread;
}

/** Sends one job and waits for its reply. Rejects when the thread dies, gives null when time is up. */
function exchange(thread: Worker, job: Job, timeLimitMs: number): Promise<Reply | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply | null>();
  const timer = setTimeout(() => resolve(null), timeLimitMs);
  const died = (): void => reject(new Error("the parsing thread died"));
  thread.once("message", resolve);
  thread.once("exit", died);
  const transfer = job.kind === "read" ? [job.raw.buffer as ArrayBuffer] : [];
  thread.postMessage(job, transfer);
  return promise.finally(() => {
    clearTimeout(timer);
    thread.off("message", resolve);
    thread.off("exit", died);
  });
}
