// A disk that does not take what was copied into the database: the gateway ends at once and keeps its log, from which the next start has
// everything that was answered.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { untraceable } from "../helpers/packages.ts";
import { type GatewayProcess, startProcess, writeSite } from "../helpers/process.ts";
import { readFeed } from "../helpers/story.ts";

/** The ledger's own commits are flushed by another call (fsync). */
const FAILING = ["strace", "-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO"];
const BEFORE = 5;

/** Opens tickets one after the other until nobody answers, or there are enough, and gives the numbers of those that were answered. */
async function open(url: string, key: string, { first = 1, most = Number.POSITIVE_INFINITY } = {}): Promise<string[]> {
  const headers = { "x-api-key": key, "content-type": "application/json" };
  const answered: string[] = [];
  for (let number = first; answered.length < most; number++) {
    const body = JSON.stringify({ number: `T-${number}`, subject: "Printer" });
    const answer = await fetch(`${url}/v1/tickets`, { method: "POST", headers, body }).catch(() => null);
    if (answer === null) break;
    assert.equal(answer.status, 201);
    answered.push(`T-${number}`);
  }
  return answered;
}

test("what cannot be flushed ends the gateway, and its log is read anew", { skip: untraceable() }, async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-unflushed-"));
  const site = await writeSite();
  let gateway: GatewayProcess | undefined;
  t.after(async () => {
    await gateway?.kill();
    await site.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, "crossdesk.db");
  const logFile = path.join(folder, "log");
  const databaseUrl = `sqlite:${file}`;
  const key = site.keys.ticketing;
  gateway = await startProcess({ databaseUrl, site });
  const answered = await open(gateway.url, key, { most: BEFORE });
  await gateway.kill();
  // It may end before it listens.
  gateway = await startProcess({ databaseUrl, site, logFile, startedBy: FAILING }).catch(() => undefined);
  if (gateway) answered.push(...(await open(gateway.url, key, { first: BEFORE + 1 })));
  await gateway?.ended;
  assert.match(await readFile(logFile, "utf8"), /cannot be written to its disk \(EIO: .*Look at the disk/);
  assert.ok(statSync(`${file}-wal`).size > 0, "the log is there");
  gateway = await startProcess({ databaseUrl, site });
  const stored = (await readFeed({ url: gateway.url, key })).map((one) => one.data.ticket.number);
  // The last one may have been stored without its answer.
  assert.deepEqual(stored.slice(0, answered.length), answered);
  assert.ok(stored.length <= answered.length + 1, `${stored.length} stored`);
});
