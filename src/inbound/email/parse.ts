// What a channel asks of the parsing threads: to read a mail, and to recognise what it says.
import { availableParallelism } from "node:os";
import { shared, TURN_BYTES } from "../../lib/shared-bytes.ts";
import { Failure } from "../../core/errors.ts";
import { maskMail } from "../kept/mask.ts";
import { createParsePool } from "./parse-pool.ts";
import type { ReadMail } from "./read-mail.ts";
import type { MailRules, MailText, Recognised, Unrecognised } from "./recognise.ts";

/** Largest mail that is read, in bytes. */
export const MAIL_LIMIT = 25 * 1024 * 1024;

/** Two at least, so that a mail that hangs never stands before all others; the ledger has a core of its own. */
const THREADS = Math.min(4, Math.max(2, availableParallelism() - 1));

/** What came of recognising: the pure result, or `timeout` when the operator's patterns took too long on this mail. */
export type Recognition = Recognised | { ok: false; reason: Unrecognised | "timeout"; detail: string | null };

export interface MailParser {
  /** Reads a mail of at most `MAIL_LIMIT` bytes. A mail that cannot be read is a result; rejects with `busy` when too many wait. */
  read(raw: Buffer): Promise<ReadMail>;
  /** Takes keys and reply tokens out of the bytes of a mail that was not read. */
  mask(raw: Buffer): Promise<Buffer>;
  /** Runs `recognise` under the same time limit. */
  recognise(mail: MailText, rules: MailRules): Promise<Recognition>;
  /** Ends the threads. Calls under way are answered as if they had taken too long. */
  close(): Promise<void>;
}

/** Makes a parser; its threads start with the first mails. `timeLimitMs` counts for each call from the start of its turn. */
export function createMailParser(timeLimitMs = 10_000, threads = THREADS): MailParser {
  const pool = createParsePool({ threads, timeLimitMs });
  return {
    async read(raw) {
      if (raw.length > MAIL_LIMIT) return { ok: false, reason: "too_large", detail: `The mail has ${raw.length} bytes.` };
      const reply = await pool.ask({ kind: "read", raw: await forThread(raw) });
      return reply ?? { ok: false, reason: "unreadable", detail: "Reading the mail took too long or failed." };
    },
    async mask(raw) {
      if (raw.length <= TURN_BYTES) return maskMail(raw).bytes;
      const reply = await pool.ask({ kind: "mask", raw: await forThread(raw) });
      if (reply === null) throw new Failure("busy");
      return Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength);
    },
    async recognise(mail, rules) {
      const { subject, text, automatic, hasFiles = false, answer = null, task = null, sender } = mail;
      const told = { subject, text, automatic, hasFiles, answer, task, ...(sender ? { sender } : {}) };
      const reply = await pool.ask({ kind: "recognise", mail: told, rules });
      return reply ?? { ok: false, reason: "timeout", detail: "Recognising the mail took too long or failed." };
    },
    close: () => pool.close(),
  };
}

/** Of a small mail a copy that the thread is given; a large one stays where it is, for all to see. */
async function forThread(raw: Buffer): Promise<Uint8Array> {
  return raw.length > TURN_BYTES ? shared(raw) : new Uint8Array(raw);
}
