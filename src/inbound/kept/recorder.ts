// Keeps messages that led to nothing, behind the answer: a bounded queue and one writer. A flood fills neither memory nor disk; what is
// dropped is counted and said. Never holds up a call.
import { writeBeside } from "../../core/execute.ts";
import { Failure } from "../../core/errors.ts";
import type { KeptMessage } from "../../core/messages.ts";
import type { Caller, Door, TaskRef } from "../../core/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import type { DrawId } from "../../lib/ids.ts";
import { errorText, type Log } from "../../lib/log.ts";
import { maskKeysIn, maskNamed } from "./mask.ts";
import { startWorker, type Worker } from "../../lib/worker.ts";

/** A message as a channel hands it over. */
export type Keep = Omit<KeptMessage, "id" | "at" | "task"> & { task?: string | null };

export interface Recorder {
  /** Takes a message, or drops and counts it when there is no room or its sender had its share. */
  keep(message: Keep): void;
  /** Resolves when everything taken so far was written or dropped. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface RecorderOptions {
  door: Door;
  /** Number of the task that a caller's words mean; null when they mean none, or several. */
  findTask(caller: Caller, named: TaskRef): Promise<string | null>;
  clock: Clock;
  drawId: DrawId;
  log: Log;
  /** Most bytes an hour that are kept of one provider, or one credential of the desk. */
  bytesPerHour: number;
}

const QUEUE = { messages: 1000, bytes: 16 * 1024 * 1024 };
const TOGETHER = { messages: 50, bytes: 1024 * 1024 };
/** What a message costs beside its bytes. */
const ROW_BYTES = 2048;
const HOUR_MS = 60 * 60_000;
const POLL_MS = 1000;
/** How often one that cannot be written is tried before it is dropped, the store being in reach. */
const TRIES = 3;

interface Waiting {
  message: KeptMessage;
  bytes: number;
  tries: number;
}

/** Starts the writer. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { clock, drawId, log } = options;
  const waiting: Waiting[] = [];
  const share = createShares(options.bytesPerHour, clock);
  const dropped = new Map<string, number>();
  const settling: (() => void)[] = [];
  let queued = 0;
  const drop = (caller: Caller): void => count(dropped, holderOf(caller));
  const tell = (): void => {
    for (const [sender, messages] of dropped) log("warn", "message.unkept", { sender, messages });
    dropped.clear();
  };
  const end = (done: number, lost: number): void => {
    for (const { bytes, message } of waiting.splice(0, done)) {
      queued -= bytes;
      if (lost > 0) drop(message.caller);
    }
  };
  const worker: Worker = startWorker({
    name: "messages",
    pollMs: POLL_MS,
    onError: (error) => log("warn", "message.unwritten", { error: errorText(error), waiting: waiting.length }),
    async run() {
      tell();
      while (waiting.length > 0) {
        const { done, lost } = await write(together(waiting), options);
        end(done, lost);
      }
      tell();
      for (const resolve of settling.splice(0)) resolve();
    },
  });
  return {
    keep(message) {
      const bytes = ROW_BYTES + message.raw.text.length + (message.answer?.body.length ?? 0);
      const isFull = waiting.length >= QUEUE.messages || queued + bytes > QUEUE.bytes;
      if (isFull || !share(holderOf(message.caller), bytes)) return drop(message.caller);
      queued += bytes;
      waiting.push({ message: { task: null, ...withoutKeys(message), id: drawId(), at: clock() }, bytes, tries: 0 });
      worker.wake();
    },
    settled: () =>
      new Promise((resolve) => {
        settling.push(resolve);
        worker.wake();
      }),
    async stop() {
      await worker.stop();
      // The round that stopped may have left some behind: the store is still open.
      while (waiting.length > 0) {
        const { done, lost } = await write(together(waiting), options).catch(() => ({
          done: waiting.length,
          lost: waiting.length,
        }));
        end(done, lost);
      }
      tell();
    },
  };
}

/** Keys of ours that stand where a name or a word should, beside the bytes. */
function withoutKeys({ named, detail, answer, ...message }: Keep): Keep {
  const body = answer && { ...answer, body: maskKeysIn(answer.body) };
  return { ...message, named: maskNamed(named), detail: detail && maskKeysIn(detail), answer: body };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** A provider is one, however many credentials it has. */
function holderOf(caller: Caller): string {
  return caller.kind === "provider" ? `provider ${caller.provider}` : `${caller.kind} ${caller.credential}`;
}

/** An hour's share for each sender, which fills again as time goes on. There are no more senders than credentials. */
function createShares(bytesPerHour: number, clock: Clock): (sender: string, bytes: number) => boolean {
  const shares = new Map<string, { left: number; at: number }>();
  return (sender, bytes) => {
    const now = clock();
    const { left, at } = shares.get(sender) ?? { left: bytesPerHour, at: now };
    const room = Math.min(bytesPerHour, left + (Math.max(0, now - at) / HOUR_MS) * bytesPerHour);
    shares.set(sender, { left: room >= bytes ? room - bytes : room, at: now });
    return room >= bytes;
  };
}

function together(waiting: readonly Waiting[]): Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex((one, index) => {
    bytes += one.bytes;
    return index >= TOGETHER.messages || (index > 0 && bytes > TOGETHER.bytes);
  });
  return waiting.slice(0, end < 0 ? waiting.length : end);
}

/**
 * Writes a batch and gives how many of its messages are done with, and how many of those are lost. A batch at fault is taken apart. Throws
 * when the store cannot be used for now: it is tried again.
 */
async function write(batch: readonly Waiting[], options: RecorderOptions): Promise<{ done: number; lost: number }> {
  const [first] = batch;
  const messages: KeptMessage[] = [];
  try {
    for (const { message } of batch) messages.push({ ...message, task: await taskOf(message, options) });
    await writeBeside(options.door, { kind: "messages", messages });
    return { done: batch.length, lost: 0 };
  } catch (error) {
    if (first === undefined) return { done: 0, lost: 0 };
    const kind = error instanceof Failure ? error.class : "permanent";
    if (kind === "busy" || (kind === "transient" && ++first.tries < TRIES)) throw error;
    return batch.length > 1 ? write(batch.slice(0, 1), options) : { done: 1, lost: 1 };
  }
}

async function taskOf({ task, caller, named }: KeptMessage, { findTask }: RecorderOptions): Promise<string | null> {
  return task ?? (named.task || named.reference ? findTask(caller, named) : null);
}
