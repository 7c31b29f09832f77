// Partners call and a System is delivered to while the gateway's store goes away and comes back. Each call that was answered busy is sent
// again until it is done: at the end every message has its one event, the one of its answer, and every event was delivered.
import assert from "node:assert/strict";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { checkLedger } from "./ledger-check.ts";
import type { Partner } from "./partner.ts";
import { connect } from "./store.ts";
import { type Line, mailBytes, type MailLine, postMail, readFeed, type Told, tellByRest, tellBySoap } from "./story.ts";

/** A System that is told of every message, so that deliveries run all the while. */
export function outageSite(partner: Partner): SiteDocument {
  return {
    mailboxes: [{ name: "desk", trust: { kind: "sender" } }],
    systems: [
      {
        name: "desk-api",
        unrestricted: true,
        apis: { hook: { kind: "rest", url: partner.url } },
        delivery: { retryAfterSeconds: [1, 1, 1] },
      },
    ],
    mappings: [
      {
        name: "updates",
        system: "desk-api",
        trigger: { requests: [{ type: "Update", direction: "In" }] },
        body: '{ "id": event.id }',
      },
    ],
  };
}

export interface OutageStage {
  url: string;
  keys: { admin: string; acme: string; ticketing: string };
  /** A task of acme. */
  task: string;
  /** Where the rows can be read when all is over. */
  databaseUrl: string;
  partner: Partner;
}

/** Callers under way. */
export interface Outage {
  /** Resolves when so many more answers were busy, or so many more done. */
  busy(count: number): Promise<void>;
  done(count: number): Promise<void>;
  /** What the first busy answer to each kind of call looked like. */
  refusals: ReadonlyMap<string, Told>;
  /** Lets every message come to its end, and the callers with it. */
  end(): Promise<void>;
  /** What must hold when the gateway is closed. */
  check(): Promise<OutageCount>;
}

/** Messages that are stored, answers that were busy, and those of them that nobody could be sure of. */
export interface OutageCount {
  messages: number;
  busy: number;
  unknown: number;
}

/** Busy in the words of each channel. `outcome_unknown` is no certain answer: whoever has a key, or the same bytes, may send again. */
const AGAIN = ["store_unavailable", "busy", "store_conflict", "outcome_unknown"];
type Channel = "soap" | "rest" | "mail";
const CALLERS: readonly Channel[] = ["soap", "rest", "soap", "rest", "mail"];

/** Starts the callers. The first error of one rejects every wait. */
export function startOutage(stage: OutageStage): Outage {
  const answers = new Map<string, string>();
  const refusals = new Map<string, Told>();
  const counts = { busy: 0, done: 0, unknown: 0 };
  const waits = new Set<() => void>();
  let stopped = false;
  const say = async (channel: Channel, text: string): Promise<void> => {
    for (;;) {
      const told = await send(stage, channel, text);
      if (told.code === "outcome_unknown") counts.unknown += 1;
      counts[AGAIN.includes(told.code) ? "busy" : "done"] += 1;
      for (const wake of waits) wake();
      if (AGAIN.includes(told.code)) {
        if (told.code !== "outcome_unknown" && !refusals.has(channel)) refusals.set(channel, told);
        continue;
      }
      assert.equal(told.code, "done", told.text);
      answers.set(text, told.event ?? "");
      return;
    }
  };
  const call = async (channel: Channel, index: number): Promise<void> => {
    for (let number = 0; !stopped; number++) await say(channel, `${channel} ${index}.${number}`);
  };
  const callers = Promise.all(CALLERS.map(call));
  callers.catch(() => undefined);
  const until = (enough: () => boolean): Promise<void> => {
    const wanted = Promise.withResolvers<void>();
    const look = (): void => void (enough() && wanted.resolve());
    waits.add(look);
    return Promise.race([wanted.promise, callers.then(() => undefined)]).finally(() => waits.delete(look));
  };
  const more = (kind: "busy" | "done", count: number): Promise<void> => {
    const target = counts[kind] + count;
    return until(() => counts[kind] >= target);
  };
  return {
    busy: (count) => more("busy", count),
    done: (count) => more("done", count),
    refusals,
    async end() {
      stopped = true;
      await callers;
      await delivered(stage);
    },
    check: () => check(stage, answers, counts),
  };
}

async function send({ url, keys, task }: OutageStage, channel: Channel, text: string): Promise<Told> {
  const command = { type: "update_message", task, message: text } as const;
  const acme: Line = { url, key: keys.acme };
  if (channel === "soap") return tellBySoap(acme, command);
  if (channel === "rest") return tellByRest(acme, command, text.replace(" ", "-"));
  const line: Omit<MailLine, "from"> = { url, key: keys.admin, mailbox: "desk" };
  const told = await postMail(line, mailBytes(command, "noc@acme.example", `${text.replace(" ", "-")}@acme.example`));
  return told.code === "applied" || told.event !== null ? { ...told, code: "done" } : told;
}

/** Resolves when the System has heard of every message. */
async function delivered({ url, keys, partner }: OutageStage): Promise<void> {
  const messages = (await readFeed({ url, key: keys.ticketing })).filter(({ data }) => data.message !== null);
  const missing = new Set(messages.map(({ id }) => id));
  for (let number = 1; missing.size > 0; number++)
    missing.delete((JSON.parse((await partner.request(number)).body) as { id: string }).id);
}

async function check(
  { databaseUrl }: OutageStage,
  answers: ReadonlyMap<string, string>,
  { busy, unknown }: Omit<OutageCount, "messages">,
): Promise<OutageCount> {
  const db = await connect(databaseUrl);
  try {
    await checkLedger(db);
    const rows = await db.rows<{ id: string; changes: string }>("select id, changes from events order by position");
    const stored = rows.flatMap(({ id, changes }) => {
      const { message } = JSON.parse(changes) as { message?: { text: string } };
      return message ? [[message.text, id] as const] : [];
    });
    assert.equal(new Set(stored.map(([text]) => text)).size, stored.length, "no message has two events");
    assert.deepEqual(new Map(stored), new Map(answers), "each has the event of its answer");
    return { messages: stored.length, busy, unknown };
  } finally {
    await db.close();
  }
}

/** What a caller of each channel is told: to come again, and nothing of why. */
export function assertBusy(refusals: ReadonlyMap<string, Told>): void {
  const { soap, rest } = { soap: refusals.get("soap"), rest: refusals.get("rest") };
  assert.deepEqual([soap?.status, rest?.status], [503, 503]);
  assert.match(soap?.text ?? "", /<faultcode>soap:Server<\/faultcode>/);
  assert.match(rest?.text ?? "", /"code":"(?:store_unavailable|busy|store_conflict)"/);
  for (const { text } of refusals.values()) assert.doesNotMatch(text, /sqlite|mysql|maria|disk|errno|ECONN|at .*\.ts/i);
}
