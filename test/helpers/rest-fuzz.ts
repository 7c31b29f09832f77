// Plays thousands of calls made from the contract against a real gateway, one after the other, so that each can depend on what was
// answered before. Stops at the first answer that the contract does not allow, and tells the seed and the call.
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { OPERATIONS } from "../../src/inbound/rest/handlers/registry.ts";
import type { AnyOperation } from "../../src/inbound/rest/operation.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { readContract } from "../wire/rest/client.ts";
import { startApp, type TestApp } from "./app.ts";
import { type Described, describedIn } from "./contract-rules.ts";
import { createDice, type Dice } from "./dice.ts";
import { checkLedger } from "./ledger-check.ts";
import { type FuzzCall, type Keys, type Maker, makeCall } from "./rest-fuzz-calls.ts";
import { createJudge, type RestAnswer } from "./rest-fuzz-check.ts";
import { type Known, learn } from "./rest-fuzz-values.ts";
import { connect } from "./store.ts";

export interface RestFuzzOptions {
  seed: number;
  calls: number;
  /** No more are begun after so long. */
  mostMs?: number;
  signal?: AbortSignal;
}

export interface RestFuzzResult {
  calls: number;
  statuses: Readonly<Record<string, number>>;
  /** Successes by operation. */
  done: Readonly<Record<string, number>>;
  events: number;
  tasks: number;
}

/** Played so many times less: each takes the time of many others, or takes away what the others need. */
const RARE: Readonly<Record<string, number>> = {
  ...{ testMapping: 20, applySite: 4, receiveMail: 6, streamEvents: 4 },
  ...{ putGroup: 10, changeGroup: 10, removeGroup: 20 },
};
/** What moves a task goes on where the calls before left it, and needs many to come far. */
function weightOf({ id, method, path }: Described): number {
  const moves = method === "post" && /^\/v1\/(tasks|tickets)/.test(path);
  return Math.ceil((moves ? 60 : 20) / (RARE[id] ?? 1));
}

/** Each answer must have come by then, on a machine with much else to do. */
const MOST_MS = 20_000;

/** One of everything, so that every operation finds something. */
const SITE: SiteDocument = {
  mailboxes: [{ name: "inbox", trust: { kind: "sender" } }],
  systems: [{ name: "hook", unrestricted: true, apis: { main: { kind: "rest", url: "https://127.0.0.1:1/x" } } }],
  mappings: [
    { name: "all", system: "hook", trigger: { requests: [{ type: "Submit Request" }] }, body: '{ "task": task.number }' },
  ],
} as unknown as SiteDocument;

/** Plays the calls of a seed. Throws at the first answer that must not be, and when the store is not what the answers said. */
export async function fuzzRest({
  seed,
  calls,
  mostMs = Number.POSITIVE_INFINITY,
  signal,
}: RestFuzzOptions): Promise<RestFuzzResult> {
  const folder = await mkdtemp(join(tmpdir(), "crossdesk-fuzz-"));
  const databaseUrl = `sqlite:${join(folder, "crossdesk.db")}`;
  const state = { ahead: 0, errors: [] as unknown[] };
  const app = await startApp({
    databaseUrl,
    site: SITE,
    // Wrong credentials by accident would keep everybody out for a minute.
    clock: () => Date.now() + state.ahead,
    onLog: (line) => void (line["level"] === "error" && state.errors.push(line)),
  });
  const result = { calls: 0, statuses: {} as Record<string, number>, done: {} as Record<string, number> };
  const said = new Set<string>();
  const dice = createDice(seed);
  const maker = await createMaker(app, dice);
  const judge = await createJudge();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const end = performance.now() + mostMs;
  let last: FuzzCall | undefined;
  try {
    const deck = maker.operations.flatMap((one) => Array<Described>(weightOf(one)).fill(one));
    while (result.calls < calls && performance.now() < end && !signal?.aborted) {
      const again = dice.roll(12) === 0;
      const call = (again && last) || makeCall(maker, maker.operations[result.calls] ?? dice.pick(deck));
      last = call;
      state.ahead += 7_000;
      const answer = await ask(app.url, agent, call);
      const { wrong, json } = judge(call, answer);
      const bad = wrong ?? (state.errors.length > 0 ? `logged: ${JSON.stringify(state.errors)}` : null);
      if (bad !== null) throw new Error(`call ${result.calls} of seed ${seed}: ${bad}\n${told(call, answer)}`);
      result.calls += 1;
      result.statuses[answer.status] = (result.statuses[answer.status] ?? 0) + 1;
      if (answer.status < 300) {
        result.done[call.made.id] = (result.done[call.made.id] ?? 0) + 1;
        learn(maker.source.known, json);
        const event = (json as { event?: unknown } | undefined)?.event;
        if (answer.status === 201 && typeof event === "string") said.add(event);
      }
    }
  } finally {
    agent.destroy();
    await app.close();
  }
  try {
    return { ...result, ...(await checkStore(databaseUrl, said, seed)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function createMaker(app: TestApp, dice: Dice): Promise<Maker> {
  const known: Known = new Map();
  const numbers: string[] = [];
  for (let left = 3; left > 0; left--) numbers.push(await app.createTask());
  const seen: Record<string, string[]> = {
    taskId: numbers,
    task: numbers,
    group: ["acme-field", "globex-net", "service-desk", "second-line"],
    system: ["hook"],
    mapping: ["all"],
    mailbox: ["inbox"],
    provider: ["acme", "globex"],
    returnGroup: ["service-desk"],
    credentialId: ["acme-mail", "globex-mail"],
  };
  for (const [name, values] of Object.entries(seen)) known.set(name, values);
  const definition = readContract();
  const callers = (id: string): readonly string[] =>
    (OPERATIONS as Record<string, AnyOperation>)[id]?.callers ?? ["administrator"];
  return { source: { definition, dice, known }, operations: describedIn(definition), keys: keysOf(app), callers };
}

function keysOf({ keys }: TestApp): Keys {
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const ways = (key: string): [string, string][] => [
    ["x-api-key", key],
    ["authorization", `Bearer ${key}`],
  ];
  return {
    right: {
      administrator: ways(keys.admin),
      ticketing: ways(keys.ticketing),
      provider: [...ways(keys.acme), ...ways(keys.acme), ...ways(keys.globex), ["authorization", basic("acme", "correct horse")]],
    },
    wrong: [
      [],
      [["x-api-key", "cdk_wrong"]],
      [["authorization", "Bearer"]],
      [["authorization", "Bearer a.b.c"]],
      [["authorization", basic("acme", "wrong")]],
      [["authorization", "Basic !!!"]],
      [["authorization", "Digest username=x"]],
      [
        ["x-api-key", ""],
        ["authorization", ""],
      ],
    ],
  };
}

/** Sends the call. A stream of events has no end of its own, so only its head is taken. */
function ask(url: string, agent: Agent, { method, target, headers, body }: FuzzCall): Promise<RestAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const flat = headers.flat();
    if (body !== null) flat.push("content-length", String(body.length));
    const sent = request({
      hostname,
      port,
      agent,
      method,
      path: target,
      headers: ["host", `${hostname}:${port}`, ...flat] as never,
      timeout: MOST_MS,
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${MOST_MS} ms`)));
    sent.on("error", (error) => reject(new Error(`${error.message}: ${method} ${target.slice(0, 300)}`)));
    sent.on("response", (answer) => void taken(answer).then(resolve, reject));
    sent.end(body ?? undefined);
  });
}

async function taken(answer: IncomingMessage): Promise<RestAnswer> {
  const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]));
  const status = answer.statusCode ?? 0;
  if (!headers["content-type"]?.startsWith("text/event-stream")) return { status, headers, body: await buffer(answer) };
  answer.destroy();
  return { status, headers, body: null };
}

function told({ method, target, headers, body }: FuzzCall, answer: RestAnswer): string {
  const sent = [
    `${method} ${target}`,
    ...headers.filter(([name]) => !/key|authorization/i.test(name)).map((pair) => pair.join(": ")),
    "",
    body?.toString("latin1") ?? "",
  ];
  return `${sent.join("\n").slice(0, 3000)}\n--- was answered\n${answer.status} ${JSON.stringify(answer.headers)}\n${answer.body?.toString("utf8").slice(0, 2000)}`;
}

/** The rows are what the events say, and every event that was answered is among them. */
async function checkStore(
  databaseUrl: string,
  said: ReadonlySet<string>,
  seed: number,
): Promise<{ events: number; tasks: number }> {
  const db = await connect(databaseUrl);
  try {
    const counted = await checkLedger(db);
    const stored = new Set((await db.rows<{ id: string }>("select id from events")).map(({ id }) => id));
    const lost = [...said].filter((id) => !stored.has(id));
    if (lost.length > 0) throw new Error(`seed ${seed}: answered but not stored: ${lost.join(" ")}`);
    return counted;
  } finally {
    await db.close();
  }
}
