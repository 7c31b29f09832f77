// Mails that are nearly right in a real mailbox, among right ones, read by a gateway that runs: each must end in one way, once.
import assert from "node:assert/strict";
import { createDice } from "./dice.ts";
import type { TestDovecot } from "./dovecot.ts";
import { caseMails, LONGEST, mutated } from "./mail-mutate.ts";
import { startProcess, type GatewayProcess, type KnownSite, writeSite } from "./process.ts";
import { type FeedEvent, mailboxDocument, mailBytes, readFeed, tellByRest } from "./story.ts";

const FROM = "noc@acme.example";
/** Every so many-th mail is a right one. */
const KNOWN_EACH = 20;
const BATCH = 250;
/** Longest for all of them; many times what they take. */
const MOST_MS = 240_000;
/** The counts of a mailbox are written a little after the last log line. */
const LOOK_MS = 500;

interface Options {
  databaseUrl: string;
  dovecot: TestDovecot;
  mails: number;
  seed: number;
}

/** What came of them: how many mails ended how. */
export interface MailboxFuzz {
  mails: number;
  known: number;
  ends: Record<string, number>;
}

interface MailboxState {
  state: string;
  waiting: number;
  mails: Record<string, number>;
}

/** Brings so many mails and waits until all have ended; fails when one is lost or counted twice. */
export async function tellMutatedMails({ databaseUrl, dovecot, mails, seed }: Options): Promise<MailboxFuzz> {
  const site = await writeSite([mailboxDocument(dovecot)]);
  const gateway = await startProcess({ databaseUrl, site });
  try {
    const known = new Map<string, string>();
    await openTasks(gateway, site, Math.ceil(mails / KNOWN_EACH));
    const raws = Array.from({ length: mails }, (_, index) => mailAt(index, seed, known));
    for (let from = 0; from < mails; from += BATCH) await dovecot.append(...raws.slice(from, from + BATCH));
    const told = `seed ${seed}`;
    const ends = await allEnded(gateway, site, { mails, told });
    assert.equal(sum(ends), mails, `${told}: each mail ended once: ${JSON.stringify(ends)}`);
    const marked = (await dovecot.mails()).filter(({ flags }) => flags.length > 0);
    assert.equal(marked.length, mails, `${told}: each mail is in the mailbox and marked`);
    checkKnown(await readFeed({ url: gateway.url, key: site.keys.ticketing }), known, told);
    await stillWorks(gateway, site);
    return { mails, known: known.size, ends };
  } finally {
    await gateway.kill();
    await site.remove();
  }
}

const POOL = caseMails(LONGEST);
const task = (index: number): string => `M-${Math.floor(index / KNOWN_EACH)}`;

/** A mutated mail, or one that is right, whose text is then known to belong to its task. */
function mailAt(index: number, seed: number, known: Map<string, string>): Buffer {
  const right = (text: string): Buffer =>
    mailBytes({ type: "update_message", task: task(index), message: text }, FROM, `${text.replaceAll(" ", "-")}@acme.example`);
  if (index % KNOWN_EACH === 0) {
    known.set(`known ${index}`, task(index));
    return right(`known ${index}`);
  }
  const dice = createDice(seed + index);
  const raw = mutated(dice.roll(4) === 0 ? [right(`changed ${index}`)] : POOL, dice);
  // A server takes no mail without a byte.
  return raw.length === 0 ? Buffer.from("\r\n") : raw;
}

async function openTasks({ url }: GatewayProcess, { keys }: KnownSite, count: number): Promise<void> {
  const post = async (path: string, json: object): Promise<void> => {
    const headers = { "x-api-key": keys.ticketing, "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(json) });
    assert.equal(answer.status, 201, await answer.text());
  };
  await post("/v1/tickets", { number: "T-M", subject: "Mails that are nearly right" });
  for (let index = 0; index < count; index++)
    await post("/v1/tickets/T-M/tasks", { number: task(index * KNOWN_EACH), group: "acme-field", subject: "A task" });
}

const sum = (ends: Record<string, number>): number => Object.values(ends).reduce((all, one) => all + one, 0);

/** Resolves with how the mails ended when there are as many ends as mails. */
async function allEnded(
  gateway: GatewayProcess,
  site: KnownSite,
  { mails, told }: { mails: number; told: string },
): Promise<Record<string, number>> {
  const late = performance.now() + MOST_MS;
  let wake: () => void = () => undefined;
  const deaf = gateway.listen(() => wake());
  try {
    for (;;) {
      const next = new Promise<void>((resolve) => (wake = resolve));
      const state = await mailboxState(gateway, site);
      if (state.state === "waiting" && sum(state.mails) >= mails) return state.mails;
      assert.ok(performance.now() < late, `${told}: not all of ${mails} mails ended: ${JSON.stringify(state)}`);
      await Promise.race([next, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
    }
  } finally {
    deaf();
  }
}

async function mailboxState({ url }: GatewayProcess, { keys }: KnownSite): Promise<MailboxState> {
  const answer = await fetch(`${url}/v1/mailboxes`, { headers: { "x-api-key": keys.admin } });
  assert.equal(answer.status, 200);
  const { mailboxes } = (await answer.json()) as { mailboxes: MailboxState[] };
  return mailboxes[0] as MailboxState;
}

function checkKnown(events: readonly FeedEvent[], known: ReadonlyMap<string, string>, told: string): void {
  const tasks = new Map<string, string[]>();
  for (const { data } of events) {
    const text = data.message?.text ?? "";
    tasks.set(text, [...(tasks.get(text) ?? []), data.task?.number ?? ""]);
  }
  for (const [text, number] of known) assert.deepEqual(tasks.get(text), [number], `${told}: ${text} has its one event`);
  const ids = events.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, `${told}: no event twice`);
  for (const [text, found] of tasks)
    if (/^changed \d+$/.test(text)) assert.equal(found.length, 1, `${told}: ${text} was applied once`);
}

/** A call is answered as ever. */
async function stillWorks({ url }: GatewayProcess, { keys }: KnownSite): Promise<void> {
  const command = { type: "update_message", task: task(0), message: "still here" } as const;
  assert.equal((await tellByRest({ url, key: keys.acme }, command, "still-here")).code, "done");
}
