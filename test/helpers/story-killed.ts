// The gateway is killed again and again while partners call and mails come in. Every answered call must have its event
// exactly once, no call may have two, every mail must have its effect once in the end. Counted by the text of each message.
import assert from "node:assert/strict";
import type { TestDovecot } from "./dovecot.ts";
import { checkLedger } from "./ledger-check.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "./process.ts";
import { connect } from "./store.ts";
import {
  type Line,
  mailboxDocument,
  mailBytes,
  type ProviderCommand,
  readFeed,
  type Told,
  tellByRest,
  tellBySoap,
} from "./story.ts";

export interface KilledOptions {
  databaseUrl: string;
  kills: number;
  dovecot: TestDovecot;
  /** Most calls answered between two kills; how many it is differs each time. */
  answers?: number;
  /** Ends the story before all kills are done; what happened until then is counted. */
  signal?: AbortSignal;
  /** Told after each kill. */
  onKill?(count: number, answered: number): void;
}

/** What was counted. `unanswered` calls were cut off by a kill; half the callers send such a call again. */
export interface KilledCount {
  answered: number;
  unanswered: number;
  sentAgain: number;
  mails: number;
  events: number;
}

const TASKS = 8;
const CALLERS = 16;
const MAILS = 25;
const FROM = "noc@acme.example";
const task = (index: number): string => `K-${index % TASKS}`;

/** One message with a text nobody else uses. */
interface Call {
  text: string;
  task: string;
  channel: "soap" | "rest";
  /** Whether it is sent again when no answer came: the same bytes, or the same key. */
  persistent: boolean;
  answer: Told | null;
  tries: number;
}

interface Scene extends KilledOptions {
  site: KnownSite;
  calls: Call[];
  mails: string[];
  /** The gateway that runs now, or the one being started. */
  current: Promise<GatewayProcess>;
  answered: number;
  stopped: boolean;
  heard: () => void;
}

export async function killAgainAndAgain(options: KilledOptions): Promise<KilledCount> {
  const site = await writeSite([mailboxDocument(options.dovecot)]);
  const start = () => startProcess({ databaseUrl: options.databaseUrl, site });
  const scene: Scene = {
    ...options,
    site,
    calls: [],
    mails: [],
    current: start(),
    answered: 0,
    stopped: false,
    heard: () => undefined,
  };
  try {
    await openTasks(await scene.current, site);
    const callers = Array.from({ length: CALLERS }, (_, index) => callOn(scene, index));
    const watched = Promise.all(callers);
    watched.catch(() => undefined);
    for (let count = 1; count <= options.kills && !options.signal?.aborted; count++) {
      await bringMails(scene);
      await Promise.race([enough(scene, count), watched]);
      await killAndRestart(scene, start);
      options.onKill?.(count, scene.answered);
    }
    await Promise.race([enough(scene, 1), watched]);
    scene.stopped = true;
    await watched;
    return await count(scene);
  } finally {
    scene.stopped = true;
    await (await scene.current.catch(() => null))?.kill();
    await site.remove();
  }
}

async function openTasks({ url }: GatewayProcess, { keys }: KnownSite): Promise<void> {
  const post = async (path: string, json: object): Promise<void> => {
    const headers = { "x-api-key": keys.ticketing, "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(json) });
    assert.equal(answer.status, 201, await answer.text());
  };
  await post("/v1/tickets", { number: "T-1", subject: "Kept through every fall" });
  for (let index = 0; index < TASKS; index++) {
    await post("/v1/tickets/T-1/tasks", { number: task(index), group: "acme-field", subject: "A task" });
  }
}

/** Calls one after the other until the story ends. */
async function callOn(scene: Scene, index: number): Promise<void> {
  for (let number = 0; !scene.stopped; number++) {
    const call: Call = {
      text: `call ${index}.${number}`,
      task: task(index),
      channel: index % 2 === 0 ? "soap" : "rest",
      persistent: index % 4 < 2,
      answer: null,
      tries: 0,
    };
    scene.calls.push(call);
    await deliver(scene, call);
  }
}

async function deliver(scene: Scene, call: Call): Promise<void> {
  do {
    const { url } = await scene.current;
    call.tries++;
    call.answer = await send(call, { url, key: scene.site.keys.acme });
    if (call.answer === null) continue;
    assert.equal(call.answer.code, "done", `${call.channel}: ${call.answer.text}`);
    scene.answered++;
    scene.heard();
  } while (call.answer === null && call.persistent);
}

/** The answer, or null when the connection broke before it was there. */
function send(call: Call, line: Line): Promise<Told | null> {
  const command: ProviderCommand = { type: "update_message", task: call.task, message: call.text };
  const told = call.channel === "soap" ? tellBySoap(line, command) : tellByRest(line, command, call.text.replace(" ", "-"));
  return told.catch(() => null);
}

async function bringMails({ dovecot, mails }: Scene): Promise<void> {
  const texts = Array.from({ length: MAILS }, (_, index) => `mail ${mails.length + index}`);
  const raws = texts.map((text, index) =>
    mailBytes({ type: "update_message", task: task(index), message: text }, FROM, `${text.replace(" ", "-")}@acme.example`),
  );
  await dovecot.append(...raws);
  mails.push(...texts);
}

/** Waits for a number of answers that is another one each time, so that the kill falls into another moment. */
async function enough(scene: Scene, count: number): Promise<void> {
  const most = scene.answers ?? 400;
  const target = scene.answered + 50 + ((count * 137) % most);
  await new Promise<void>((resolve) => {
    scene.heard = () => {
      if (scene.answered >= target) resolve();
    };
  });
}

async function killAndRestart(scene: Scene, start: () => Promise<GatewayProcess>): Promise<void> {
  const old = await scene.current;
  const { promise, resolve, reject } = Promise.withResolvers<GatewayProcess>();
  // Who fails from now on waits for the next one.
  scene.current = promise;
  await old.kill();
  await endLeases(scene.databaseUrl);
  await start().then(resolve, reject);
  await promise;
}

/** On a shared database a dead process's lease on the mailbox runs for a minute: it is set to the end here, to wait less. */
async function endLeases(databaseUrl: string): Promise<void> {
  const db = await connect(databaseUrl);
  await db.rows("update leases set lease_until = 0");
  await db.close();
}

async function count(scene: Scene): Promise<KilledCount> {
  const gateway = await scene.current;
  const desk = { url: gateway.url, key: scene.site.keys.ticketing };
  await mailsDone(scene, gateway);
  const events = await readFeed(desk);
  const ids = new Map<string, string[]>();
  for (const { id, data } of events) if (data.message) ids.set(data.message.text, [...(ids.get(data.message.text) ?? []), id]);
  for (const call of scene.calls) assertCounted(call, ids.get(call.text) ?? []);
  for (const text of scene.mails) assert.equal(ids.get(text)?.length, 1, `${text} has one event`);
  const known = new Set([...scene.calls.map((one) => one.text), ...scene.mails]);
  assert.deepEqual(
    [...ids.keys()].filter((text) => !known.has(text)),
    [],
    "nothing that nobody said",
  );
  await gateway.kill();
  await ledgerHolds(scene.databaseUrl);
  const answered = scene.calls.filter((one) => one.answer !== null).length;
  const unanswered = scene.calls.reduce((sum, one) => sum + one.tries - (one.answer === null ? 0 : 1), 0);
  const sentAgain = scene.calls.reduce((sum, one) => sum + one.tries - 1, 0);
  return { answered, unanswered, sentAgain, mails: scene.mails.length, events: events.length };
}

function assertCounted({ text, answer, channel }: Call, events: readonly string[]): void {
  if (answer === null) assert.ok(events.length <= 1, `${text} (${channel}), never answered, has ${events.length} events`);
  else assert.deepEqual(events, [answer.event], `${text} (${channel}) has the one event of its answer`);
}

/** Resolves when every mail has its event. Each log line may be the last one's, so each is a reason to look. */
async function mailsDone({ site, mails }: Scene, gateway: GatewayProcess): Promise<void> {
  const desk = { url: gateway.url, key: site.keys.ticketing };
  let wake: () => void = () => undefined;
  const deaf = gateway.listen(({ channel }) => void (channel === "email" && wake()));
  for (;;) {
    const next = new Promise<void>((resolve) => (wake = resolve));
    const said = new Set((await readFeed(desk)).map(({ data }) => data.message?.text));
    if (mails.every((text) => said.has(text))) return deaf();
    await next;
  }
}

async function ledgerHolds(databaseUrl: string): Promise<void> {
  const db = await connect(databaseUrl);
  await checkLedger(db);
  await db.close();
}
