// The disk of a SQLite gateway is full for a while: who writes is told to come again, who reads is served, nothing is half done, and
// when there is room again all goes on by itself.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { startPartner } from "../helpers/partner.ts";
import { startProcess, writeSite } from "../helpers/process.ts";
import { lackingSmallDisk, openSmallDisk } from "../helpers/small-disk.ts";
import { assertBusy, outageSite, startOutage } from "../helpers/story-outage.ts";

test("a full disk", { skip: lackingSmallDisk() }, async (t) => {
  const disk = openSmallDisk();
  t.after(() => disk.remove());
  const partner = await startPartner();
  t.after(() => partner.close());
  const site = await writeSite();
  t.after(() => site.remove());
  await site.write({ ...site.document, ...outageSite(partner) });
  const databaseUrl = `sqlite:${path.join(disk.folder, "data", "crossdesk.db")}`;
  const env = { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` };
  const gateway = await startProcess({ databaseUrl, site, env, startedBy: disk.startedBy });
  t.after(() => gateway.kill());
  const call = (where: string, key: string, more: RequestInit = {}): Promise<Response> =>
    fetch(gateway.url + where, { ...more, headers: { "x-api-key": key, "content-type": "application/json" } });
  const post = (where: string, json: object) => call(where, site.keys.ticketing, { method: "POST", body: JSON.stringify(json) });
  await post("/v1/tickets", { number: "T-1", subject: "Told when there is room" });
  await post("/v1/tickets/T-1/tasks", { number: "K-1", group: "acme-field", subject: "A task" });

  const outage = startOutage({
    ...{ url: gateway.url, keys: site.keys, task: "K-1", partner },
    databaseUrl: `sqlite:${path.join(site.folder, "crossdesk.db")}`,
  });
  await outage.done(40);
  disk.fill(gateway.pid);
  await outage.busy(40);
  assert.equal((await call("/v1/tasks/K-1", site.keys.acme)).status, 200, "reading goes on");
  assert.equal((await call("/readyz", "")).status, 200, "and so the gateway is ready");
  const hold = { comment: "Their server moves." };
  const held = await call("/v1/queues/desk-api/hold", site.keys.admin, { method: "PUT", body: JSON.stringify(hold) });
  assert.deepEqual([held.status, held.headers.get("retry-after")], [503, "5"], "an operator is told the same");
  const metrics = await (await call("/metrics", site.keys.admin)).text();
  assert.match(metrics, /^crossdesk_ledger_failures_total\{kind="lost"\} [1-9]/m);
  await outage.busy(40);
  disk.free(gateway.pid);
  await outage.done(40);
  await outage.end();
  // What the process alone sees goes with it.
  disk.copy(gateway.pid, ["data/crossdesk.db", "data/crossdesk.db-wal"], site.folder);
  assertBusy(outage.refusals);
  t.diagnostic(`${disk.kind}: ${JSON.stringify(await outage.check())}`);
  assert.equal(await gateway.stop(), 0);
});
