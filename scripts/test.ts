// Runs the tests: all of them, or the files and folders named as arguments. Prints node's own closing summary last.
// It must never call a run good in which something was not tested unseen.
import { globSync, readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { type MariadbServer, startServer } from "../test/helpers/mariadb-server.ts";
import { missingProgram } from "./packages.js";
import { sharingProcesses } from "./test-groups.ts";
import { openTestRoom } from "./test-room.ts";

const MOST_MS = 20 * 60_000;
const MOST_PER_TEST_MS = Number(process.env["CROSSDESK_TEST_FILE_MS"] || 8 * 60_000);
/** Many tests wait for others' clocks, programs and disks: meanwhile another runs. */
const MORE_THAN_PROCESSORS = 1;
/** The closing lines as node prints them; the spec reporter's own would stand before the lists of failures. */
const CLOSING = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

interface Tally {
  closing: string[];
  /** Names of skipped tests by reason. */
  skipped: Map<string, string[]>;
  success: boolean;
}

function chosenFiles(names: readonly string[]): string[] {
  const patterns = (names.length > 0 ? names : ["test"]).map((name) => {
    return statSync(name, { throwIfNoEntry: false })?.isDirectory() ? path.join(name, "**/*.test.ts") : name;
  });
  return [...new Set(globSync(patterns))].sort();
}

/** One database server for all files that use one: each such file would otherwise start its own. */
async function shareMariadb(files: readonly string[]): Promise<MariadbServer | null> {
  if (process.env["CROSSDESK_TEST_MARIADB"] || missingProgram("mariadb")) return null;
  const users = files.filter((file) => /\bstartMariadb\b/.test(readFileSync(file, "utf8")));
  if (users.length === 0) return null;
  const server = await startServer();
  process.env["CROSSDESK_TEST_MARIADB"] = server.base;
  return server;
}

/** Runs the files, shows them by the spec reporter, and keeps what the closing lines need. */
async function runFiles(files: string[]): Promise<Tally> {
  const tally: Tally = { closing: [], skipped: new Map(), success: true };
  const shown = new PassThrough({ objectMode: true });
  const report = shown.compose(spec);
  report.pipe(process.stdout, { end: false });
  const stream = run({
    files,
    concurrency: availableParallelism() + MORE_THAN_PROCESSORS,
    execArgv: ["--disable-proto=delete", "--import", new URL("./test-guard.ts", import.meta.url).href],
    timeout: MOST_PER_TEST_MS,
    signal: AbortSignal.timeout(MOST_MS),
  });
  for await (const event of stream) {
    if (event.type === "test:diagnostic" && CLOSING.test(event.data.message)) tally.closing.push(`# ${event.data.message}`);
    else shown.write(event);
    note(event, tally);
  }
  shown.end();
  await new Promise((resolve) => report.on("end", resolve));
  return tally;
}

interface NamedEvent {
  type: string;
  data: unknown;
}

function note(event: NamedEvent, tally: Tally): void {
  if (event.type === "test:fail") tally.success = false;
  if (event.type !== "test:pass" && event.type !== "test:fail") return;
  const { name, skip, todo } = event.data as { name: string; skip?: string | boolean; todo?: string | boolean };
  const reason = skip ?? todo;
  if (reason === undefined || reason === false) return;
  const words = reason === true || reason === "" ? "no reason given" : reason;
  tally.skipped.set(words, [...(tally.skipped.get(words) ?? []), name]);
}

/** The one block that tells what this run did not test. */
function printUntested(skipped: Tally["skipped"]): void {
  if (skipped.size === 0) return;
  console.log("\nNOT TESTED in this run:");
  for (const [reason, names] of skipped) {
    console.log(`  ${reason}:`);
    for (const name of names) console.log(`    - ${name}`);
  }
  if (process.env["CI"] === "true") console.log("  Under CI=true this is a failure.");
}

async function main(): Promise<void> {
  // Each file is a process of its own, and many start gateways: what the first of them has stripped and compiled serves all.
  process.env["NODE_COMPILE_CACHE"] ??= path.resolve("node_modules/.cache/compiled");
  // A little later than the runner's own limit, which is the politer one.
  process.env["CROSSDESK_TEST_FILE_MS"] = String(MOST_PER_TEST_MS + 5000);
  const files = chosenFiles(process.argv.slice(2));
  if (files.length === 0) throw new Error("no test file was found");
  const room = openTestRoom();
  process.on("exit", room.remove);
  const processes = sharingProcesses(files);
  const server = await shareMariadb(files);
  try {
    const tally = await runFiles(processes.files);
    printUntested(tally.skipped);
    const untested = process.env["CI"] === "true" && tally.skipped.size > 0;
    if (!tally.success || untested) process.exitCode = 1;
    console.log(`\n${tally.closing.join("\n")}`);
  } finally {
    processes.remove();
    await server?.remove();
  }
}

// A test process that neither ends nor can be ended must not hold the run for ever.
setTimeout(() => {
  console.error("The run took too long and was ended.");
  process.exit(1);
}, MOST_MS + 30_000).unref();

await main();
