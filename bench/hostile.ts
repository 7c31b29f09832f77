// How long hostile bodies hold the event loop of a real gateway: of each kind some, as large as a request may be, one after the other.
import path from "node:path";
import { HOSTILE_BODIES, type HostileBody } from "../test/helpers/hostile-bodies.ts";
import { type GatewayProcess, startProcess, writeSite } from "../test/helpers/process.ts";
import { NAMESPACE, OPERATION } from "../test/helpers/soap-channel.ts";
import { SOAP_PATH } from "../test/helpers/story.ts";
import { seed } from "./seed.ts";
import { makeWatch, type Watch } from "./watch.ts";

export const HOSTILE = "hostile";
/** What no kind should be over. */
export const GOAL_MS = 100;

const BYTES = 4 * 1024 * 1024;
const TIMES = 3;

export interface HostileMeasured {
  name: string;
  bytes: number;
  /** Status of the answer, and how long it took from the first byte sent to the last one got. */
  status: number;
  answerMs: number;
  /** The longest time the event loop was held: the least of the rounds, as a machine with other work only adds to it. */
  heldMs: number;
}

/** Sends all kinds to a gateway of its own; the first row is the loop at rest. */
export async function measureHostile(folder: string): Promise<HostileMeasured[]> {
  const site = await writeSite();
  const databaseUrl = `sqlite:${path.join(folder, "hostile.db")}`;
  await seed(databaseUrl, site.document, 1);
  const watch = makeWatch(folder, "hostile");
  const gateway = await startProcess({ databaseUrl, site, ...watch.options, logFile: path.join(folder, "hostile.log") });
  const rounds: HostileMeasured[][] = [];
  try {
    // The first round compiles the code.
    for (let round = 0; round <= TIMES; round++) {
      const row: HostileMeasured[] = [];
      for (const kind of [REST, ...HOSTILE_BODIES]) row.push(await measureOne(gateway, { kind, watch, key: site.keys.acme }));
      if (round > 0) rounds.push(row);
    }
  } finally {
    await gateway.stop();
    await site.remove();
  }
  return (rounds[0] ?? []).map((first, index) =>
    leastOf(
      first,
      rounds.map((row) => row[index] ?? first),
    ),
  );
}

const REST: HostileBody = { name: "(a few bytes, for comparison)", make: () => ({ body: Buffer.from("<a/>") }) };

function leastOf(first: HostileMeasured, all: readonly HostileMeasured[]): HostileMeasured {
  const least = (of: (one: HostileMeasured) => number): number => Math.min(...all.map(of));
  return { ...first, answerMs: least((one) => one.answerMs), heldMs: least((one) => one.heldMs) };
}

interface Target {
  kind: HostileBody;
  watch: Watch;
  key: string;
}

async function measureOne({ url }: GatewayProcess, { kind, watch, key }: Target): Promise<HostileMeasured> {
  const { body, headers } = kind.make(BYTES);
  const always = { "X-API-Key": key, "Content-Type": "text/xml; charset=utf-8", SOAPAction: `"${NAMESPACE}${OPERATION}"` };
  await watch.longestHeld();
  const begun = performance.now();
  const answer = await fetch(`${url}${SOAP_PATH}`, { method: "POST", headers: { ...always, ...headers }, body });
  await answer.arrayBuffer();
  const answerMs = performance.now() - begun;
  return { name: kind.name, bytes: body.length, status: answer.status, answerMs, heldMs: await watch.longestHeld() };
}

/** The table as text. */
export function hostileTable(rows: readonly HostileMeasured[]): string {
  const lines = rows.map(({ name, bytes, status, answerMs, heldMs }) => [
    name.padEnd(36),
    String(bytes).padStart(9),
    String(status).padStart(6),
    answerMs.toFixed(1).padStart(9),
    heldMs.toFixed(1).padStart(8),
    heldMs > GOAL_MS ? "  over the goal" : "",
  ]);
  const head = ["hostile body".padEnd(36), "bytes".padStart(9), "status".padStart(6), "answer ms".padStart(9), " held ms"];
  return [head, ...lines].map((cells) => cells.join(" ").trimEnd()).join("\n");
}
