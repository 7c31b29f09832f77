// What the measuring of deliveries stands on: a gateway with Systems that tell of every acknowledgement, and a sink that counts.
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { MappingDocument, SystemDocument } from "../src/store/site-outgoing-document.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "../test/helpers/process.ts";
import { type Connection, connect } from "../test/helpers/store.ts";
import { seed } from "./seed.ts";
import { runWrk } from "./wrk.ts";

/** Tasks of a gateway that is measured. */
export const TASKS = 2000;
const BODY = `{ "type": event.type, "task": task.number, "subject": task.subject, "reference": task.reference,
  "message": message, "status": $uppercase(task.status), "at": event.at }`;
const SINK = fileURLToPath(new URL("servers/sink.ts", import.meta.url));

/** A System whose mapping tells of every acknowledgement. */
function telling(name: string, url: string): { systems: SystemDocument[]; mappings: MappingDocument[] } {
  const trigger = { requests: [{ type: "Acknowledged", direction: "In" as const }] };
  return {
    systems: [{ name, unrestricted: true, apis: { hook: { kind: "rest", url: `${url}/${name}` } }, delivery: { inFlight: 64 } }],
    mappings: [{ name: `to-${name}`, system: name, trigger, body: BODY }],
  };
}

/** A gateway that is measured. */
export interface Running {
  gateway: GatewayProcess;
  site: KnownSite;
  db: Connection;
  /** Lets the database finish what it does in the background. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A gateway with tasks and Systems, on a database of its own. */
export async function start(
  databaseUrl: string,
  urls: Readonly<Record<string, string>>,
  ports: readonly number[],
): Promise<Running> {
  const site = await writeSite();
  await seed(databaseUrl, site.document, TASKS);
  const told = Object.entries(urls).map(([name, url]) => telling(name, url));
  const document = {
    ...site.document,
    systems: told.flatMap((one) => one.systems),
    mappings: told.flatMap((one) => one.mappings),
  };
  await site.write(document);
  const allow = ports.map((port) => `127.0.0.1:${port}`).join(",");
  const gateway = await startProcess({
    databaseUrl,
    site,
    env: { CROSSDESK_OUTGOING_ALLOW: allow },
    logFile: path.join(site.folder, "log"),
  });
  const db = await connect(databaseUrl);
  return {
    gateway,
    site,
    db,
    async settle() {
      if (databaseUrl.startsWith("sqlite:")) await db.rows("pragma wal_checkpoint(PASSIVE)");
    },
    async close() {
      await db.close();
      await gateway.stop();
      await site.remove();
    },
  };
}

/** One delivery to each of `names` before anything is measured: it starts the processes of expressions, and code is compiled. */
export async function warmUp({ gateway, site }: Running, sink: string, names: readonly string[]): Promise<void> {
  const answer = await fetch(`${gateway.url}/v1/tasks/TSK-1/acknowledgement`, {
    method: "POST",
    headers: { "X-API-Key": site.keys.acme, "Content-Type": "application/json" },
    body: JSON.stringify({ externalReference: "INC-1" }),
  });
  if (!answer.ok) throw new Error(`the first call was answered ${answer.status}`);
  for (;;) {
    const seen = (await (await fetch(sink)).json()) as Seen;
    if (names.every((name) => (seen[`/${name}`]?.unique ?? 0) > 0)) return;
    await delay(20);
  }
}

/** Holds every System, makes the events, and gives how many deliveries each then has. */
export async function fill({ gateway, site, db, settle }: Running, seconds: number): Promise<number> {
  await db.rows("update delivery_queues set held = 1");
  const load = { kind: "soap", key: site.keys.acme, tasks: TASKS, connections: 16, seconds, run: "out" } as const;
  const { answers } = await runWrk({ url: gateway.url, ...load });
  const read = async (): Promise<number> =>
    (await db.rows<{ n: number }>("select count(*) as n from deliveries group by system_name order by n limit 1"))[0]?.n ?? 0;
  for (let before = -1, now = await read(); now < answers || now !== before; now = await read()) {
    before = now;
    await delay(300);
  }
  // What was written to make the deliveries is no part of what is measured.
  await settle();
  return read();
}

/** What the sink has had, by path; times in milliseconds UTC. */
export type Seen = Readonly<Record<string, { requests: number; unique: number; lastAt: number }>>;

/** Lets the Systems go and waits until the sink has all of `names`. Gives the seconds it took. */
export async function drain(
  running: Running,
  sink: string,
  names: readonly string[],
  each: number,
): Promise<{ seconds: number; seen: Seen }> {
  const begun = Date.now();
  await running.db.rows("update delivery_queues set held = 0");
  for (;;) {
    const seen = (await (await fetch(sink)).json()) as Seen;
    if (names.every((name) => (seen[`/${name}`]?.unique ?? 0) >= each)) {
      const last = Math.max(...names.map((name) => seen[`/${name}`]?.lastAt ?? 0));
      return { seconds: (last - begun) / 1000, seen };
    }
    const [dead] = await running.db.rows<{ code: string; note: string }>(
      "select code, note from deliveries where state = 'rejected' limit 1",
    );
    if (dead) throw new Error(`a delivery was rejected: ${dead.code} ${dead.note}`);
    await delay(50);
  }
}

/** Lends a sink of its own. */
export async function withSink<T>(work: (sink: GatewayProcess) => Promise<T>): Promise<T> {
  const site = await writeSite();
  const sink = await startProcess({ site, databaseUrl: "", main: SINK });
  try {
    return await work(sink);
  } finally {
    await sink.kill();
    await site.remove();
  }
}
