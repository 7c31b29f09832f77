// The units that wait for the ledger: first in, first out, bounded by count and bytes together with those under way.
import type { Failure } from "../core/errors.ts";
import type { Outcome, Unit } from "../core/ports.ts";
import { bytesOf } from "./attachments.ts";

export interface QueueLimits {
  /** Most units waiting; one more is answered "busy". */
  queueUnits: number;
  /** Most bytes waiting, by a rough count of the units' texts. */
  queueBytes: number;
  batchBytes: number;
  /** Most units of one batch. */
  batchUnits: number;
  /** Whether batches under way are carried out in the order in which they were taken. */
  inOrder: boolean;
}

/** A unit whose caller waits. */
export interface Waiting {
  unit: Unit;
  bytes: number;
  /** When it came, by a clock that only goes forward. */
  since: number;
  resolve(outcome: Outcome): void;
  reject(failure: Failure): void;
}

export class Queue {
  readonly #limits: QueueLimits;
  #waiting: Waiting[] = [];
  #units = 0;
  #bytes = 0;
  /** Mailboxes with mails in a batch under way. */
  readonly #held = new Set<string>();
  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }
  /** Units that wait to be taken. */
  get length(): number {
    return this.#waiting.length;
  }
  /** Whether there is a next batch now. */
  gives(): boolean {
    return this.#limits.inOrder ? this.length > 0 : this.#waiting.some((one) => !this.#held.has(mailboxOf(one) ?? ""));
  }
  load(): { units: number; bytes: number } {
    return { units: this.#units, bytes: this.#bytes };
  }
  /** Null when there is no room. */
  put(unit: Unit): Promise<Outcome> | null {
    const bytes = roughBytes(unit);
    const full = this.#units >= this.#limits.queueUnits || (this.#units > 0 && this.#bytes + bytes > this.#limits.queueBytes);
    if (full) return null;
    this.#units += 1;
    this.#bytes += bytes;
    const since = performance.now();
    return new Promise((resolve, reject) => this.#waiting.push({ unit, bytes, since, resolve, reject }));
  }
  /**
   * The next batch. Where batches may overtake each other, mails of a mailbox wait for those that are under way: the position of
   * each follows from the one before it, so whoever came too early would be turned back.
   */
  take(): Waiting[] {
    const { batchUnits, batchBytes, inOrder } = this.#limits;
    const batch: Waiting[] = [];
    const passed: Waiting[] = [];
    let [seen, bytes] = [0, 0];
    for (const one of this.#waiting) {
      if (batch.length >= batchUnits || (batch.length > 0 && bytes + one.bytes > batchBytes)) break;
      seen += 1;
      if (!inOrder && this.#held.has(mailboxOf(one) ?? "")) passed.push(one);
      else {
        batch.push(one);
        bytes += one.bytes;
      }
    }
    this.#waiting.splice(0, seen, ...passed);
    if (!inOrder) for (const mailbox of mailboxesOf(batch)) this.#held.add(mailbox);
    return batch;
  }
  /** Frees the room of units that have their answer. */
  free(batch: readonly Waiting[]): void {
    this.#units -= batch.length;
    for (const { bytes } of batch) this.#bytes -= bytes;
    if (!this.#limits.inOrder) for (const mailbox of mailboxesOf(batch)) this.#held.delete(mailbox);
  }
}

function mailboxOf({ unit: { side } }: Waiting): string | null {
  return side?.kind === "mailbox" ? side.mailbox : null;
}

function mailboxesOf(batch: readonly Waiting[]): string[] {
  return batch.flatMap((one) => mailboxOf(one) ?? []);
}

/** Rough size of a unit in memory: its texts, bytes it may carry, and a fixed share for the rest. */
function roughBytes({ commands, side, raw }: Unit): number {
  let bytes = 500 + sideBytes(side) + (raw?.text.length ?? 0);
  for (const command of commands) bytes += textBytes(command);
  return bytes;
}

function sideBytes(side: Unit["side"]): number {
  if (side === undefined) return 0;
  const bytes = bytesOf(side);
  return bytes ? bytes.byteLength : "quarantine" in side ? 0 : textBytes(side);
}

/** The texts in a value at any depth: the fields of a ticket hold far more than its command. */
function textBytes(value: unknown): number {
  if (typeof value === "string") return value.length * 2;
  if (typeof value !== "object" || value === null) return 32;
  let bytes = 32;
  for (const name in value) bytes += name.length * 2 + textBytes((value as Record<string, unknown>)[name]);
  return bytes;
}
