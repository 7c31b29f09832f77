// Many mails that are nearly right, at the parsing threads: each must give a mail or a reason, in its time. What the quick reader reads must be
// what the reader of every kind of mail reads.
import assert from "node:assert/strict";
import { createMailParser } from "../../src/inbound/email/parse.ts";
import { readAnyMime, readMime } from "../../src/inbound/email/mime.ts";
import { quickRead } from "../../src/inbound/email/quick-read.ts";
import { createDice } from "./dice.ts";
import { caseMails, LONGEST, mutated, plainMail } from "./mail-mutate.ts";

const RULES = { tagFormat: "[[LABEL]]: [[Value]]", taskPatterns: ["TicketId:\\s*(\\S+)"], timeZone: "UTC" };
const TOGETHER = 64;

/** What came of them. */
export interface MailFuzz {
  mails: number;
  read: number;
  recognised: number;
}

interface Options {
  mails: number;
  seed: number;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** Reads and recognises so many mails; fails with the mail, in base64, that was not dealt with. */
export async function fuzzMails({ mails, seed, signal }: Options): Promise<MailFuzz> {
  const parser = createMailParser(20_000);
  const pool = caseMails(LONGEST);
  const count: MailFuzz = { mails: 0, read: 0, recognised: 0 };
  const one = async (index: number): Promise<void> => {
    const raw = mutated(pool, createDice(seed + index));
    const told = (): string => `seed ${seed + index}: ${raw.toString("base64")}`;
    const read = await parser.read(raw);
    assert.ok(read.ok || !/took too long/.test(read.detail), told());
    count.mails++;
    if (!read.ok) return;
    count.read++;
    const { text, subject, hash } = read.mail;
    assert.ok(`${text}${subject}`.isWellFormed() && !text.includes("\0") && hash.length === 43, told());
    const found = await parser.recognise({ ...read.mail, answer: null }, RULES);
    assert.ok(found.ok || found.reason !== "timeout", told());
    if (found.ok) count.recognised++;
  };
  try {
    for (let from = 0; from < mails && !signal?.aborted; from += TOGETHER)
      await Promise.all(Array.from({ length: Math.min(TOGETHER, mails - from) }, (_, index) => one(from + index)));
    return count;
  } finally {
    await parser.close();
  }
}

/** Reads so many mails both ways, beside those of the cases; gives how many the quick reader read. */
export async function compareReaders({ mails, seed, signal }: Options): Promise<{ mails: number; quick: number }> {
  const pool = caseMails(LONGEST);
  const count = { mails: 0, quick: 0 };
  const compare = async (raw: Buffer, told: string): Promise<void> => {
    count.mails++;
    if (quickRead(raw) === null) return;
    count.quick++;
    assert.deepEqual(await readMime(raw), await readAnyMime(raw), `${told}: ${raw.toString("base64")}`);
  };
  for (const [index, raw] of caseMails().entries()) await compare(raw, `case ${index}`);
  for (let index = 0; index < mails && !signal?.aborted; index++) {
    const dice = createDice(seed + index);
    const plain = plainMail(dice);
    await compare(dice.roll(4) === 0 ? mutated([plain, ...pool], dice) : plain, `seed ${seed + index}`);
  }
  return count;
}
