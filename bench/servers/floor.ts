// The least that keeping a call costs: node:http, and a thread that commits what came with fsync. Nothing is read beyond three values,
// nothing checked, nobody known. What stands between it and the gateway is the gateway's; what stands above it, the machine's.
import { openSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { Worker } from "node:worker_threads";
import { sqliteKeeper } from "../../src/store/sqlite-client.ts";
import { CONTENT_TYPE, FIXED_ANSWER, listenAndTell } from "./started.ts";

const file = (process.env["DATABASE_URL"] ?? "").slice("sqlite:".length);
const withRaw = process.env["FLOOR_RAW"] !== "no";
const thread = new Worker(new URL("./floor-thread.ts", import.meta.url), { workerData: { file, withRaw } });
sqliteKeeper({ file, rulesModule: "", formats: { ticket: "", task: "" }, disk: openSync(file, "r+") }, () => process.exit(1));
const headers = { "Content-Type": CONTENT_TYPE, "Content-Length": Buffer.byteLength(FIXED_ANSWER) };

/** Calls of this turn of the event loop, and those that wait for their commit, oldest first. */
const arrived: { text: string; response: ServerResponse }[] = [];
const waiting: ServerResponse[] = [];

function hand(): void {
  const calls = arrived.splice(0);
  waiting.push(...calls.map(({ response }) => response));
  thread.postMessage(calls.map(({ text }) => text));
}

thread.on("message", (committed: number) => {
  for (const response of waiting.splice(0, committed)) response.writeHead(200, headers).end(FIXED_ANSWER);
});

listenAndTell(
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (arrived.length === 0) setImmediate(hand);
      arrived.push({ text: Buffer.concat(chunks).toString("utf8"), response });
    });
  }),
);
process.on("SIGTERM", () => process.exit(0));
