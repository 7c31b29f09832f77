// The process in which expressions run: it takes work from its channel, does one piece at a time, answers, and holds nothing
// worth having. It may be killed at any time, and it ends when the channel does.
import { Socket } from "node:net";
import { CHANNEL, RETIRED } from "./channel.ts";
import { createLineReader } from "./lines.ts";
import { giveUpRights } from "./rights.ts";
import { createDoer, type Work } from "./work.ts";

/** Before the limit on processor time that ends a process nobody looks after any more (see sandbox.ts). */
const RETIRE_AFTER_US = 300e6;
const MOST_LINE = 64 * 1024 * 1024;

const [timeMs, resultBytes] = process.argv.slice(2).map(Number);
const doWork = createDoer({ timeMs: timeMs ?? 0, resultBytes: resultBytes ?? 0 });
const channel = new Socket({ fd: CHANNEL, readable: true, writable: true });
let tail = Promise.resolve();
let retiring = false;

async function doAll(works: readonly Work[]): Promise<void> {
  if (retiring) return;
  for (const work of works) channel.write(`${await doWork(work)}\n`);
  const { user, system } = process.cpuUsage();
  retiring = user + system > RETIRE_AFTER_US;
  if (retiring) channel.end(() => process.exit(RETIRED));
}

const take = createLineReader(
  MOST_LINE,
  (line) => {
    tail = tail.then(() => doAll(JSON.parse(line) as Work[]));
  },
  () => process.exit(1),
);

// A stop asked of the whole gateway is not for this process: the gateway still has bodies to make while it drains.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
channel.setEncoding("utf8");
channel.on("data", (chunk) => take(String(chunk)));
channel.on("error", () => process.exit(1));
channel.on("end", () => process.exit(0));
giveUpRights();
channel.write("ready\n");
