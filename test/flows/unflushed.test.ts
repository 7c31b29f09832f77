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
const KILLED = 137;

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
  gateway = await startProcess({ databaseUrl, site, logFile, startedBy: FAILING });
  const answered: string[] = [];
  const open = async (url: string): Promise<void> => {
    const headers = { "x-api-key": site.keys.ticketing, "content-type": "application/json" };
    for (let number = 1; ; number++) {
      const body = JSON.stringify({ number: `T-${number}`, subject: "Printer" });
      const answer = await fetch(`${url}/v1/tickets`, { method: "POST", headers, body }).catch(() => null);
      if (answer === null) return;
      assert.equal(answer.status, 201);
      answered.push(`T-${number}`);
    }
  };
  const [code] = await Promise.all([gateway.ended, open(gateway.url)]);
  assert.equal(code, KILLED);
  assert.match(await readFile(logFile, "utf8"), /cannot be written to its disk \(EIO: .*Look at the disk/);
  assert.ok(statSync(`${file}-wal`).size > 0, "the log is there");
  gateway = await startProcess({ databaseUrl, site });
  const events = await readFeed({ url: gateway.url, key: site.keys.ticketing });
  const stored = events.map((one) => one.data.ticket.number);
  assert.ok(answered.length > 0);
  // The last one may have been stored without its answer.
  assert.deepEqual(stored.slice(0, answered.length), answered);
  assert.ok(stored.length <= answered.length + 1, `${stored.length} stored`);
});
