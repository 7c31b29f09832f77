#!/usr/bin/env node
// The command line as a program: finds the Node that Crossdesk needs and hands over to src/cli.ts.
// Runs on any Node from 18 on; it must never do a command's work itself.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const BROUGHT = path.join(ROOT, "node_modules", ".bin", "node");

/** This Node when it is new enough, else the one the packages brought, else null. */
function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= 26) return process.execPath;
  return existsSync(BROUGHT) ? BROUGHT : null;
}

const node = findNode();
if (node === null) {
  console.error("Crossdesk runs on Node 26, which its packages bring. Install them first: npm ci");
  process.exit(1);
}

// Room for what lives as long as one message: with the default every few batches end in a collection.
const FLAGS = ["--disable-proto=delete", "--min-semi-space-size=16", "--max-semi-space-size=64"];
// What Node made of the sources last time is kept beside the packages, where whoever may write could write the sources too.
const COMPILED = path.join(ROOT, "node_modules", ".cache", "compiled");
const child = spawn(node, [...FLAGS, path.join(ROOT, "src", "cli.ts"), ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { NODE_COMPILE_CACHE: COMPILED, ...process.env },
});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// A terminal sends Ctrl-C to both processes: the child must not be told twice, for a second one ends it at once.
process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
child.on("error", (error) => {
  console.error(`Crossdesk could not be started: ${error.message}`);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
