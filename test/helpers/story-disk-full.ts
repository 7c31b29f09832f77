// The disk of a SQLite gateway is full for a while: who writes is told to come again, who reads is served, nothing is half done, and
// when there is room again all goes on by itself.
import assert from "node:assert/strict";
import path from "node:path";
import { startPartner } from "./partner.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "./process.ts";
import { openSmallDisk, type SmallDisk } from "./small-disk.ts";
import { assertBusy, type Outage, type OutageCount, outageSite, startOutage } from "./story-outage.ts";

/** Notes what has to be undone when the story has ended. */
export type After = (undo: () => unknown) => void;

const CALLS = 40;

/** Fills the disk and frees it so many times. */
export async function fillDisk(after: After, rounds: number): Promise<OutageCount & Pick<SmallDisk, "kind">> {
  const disk = openSmallDisk();
  after(() => disk.remove());
  const partner = await startPartner();
  after(() => partner.close());
  const site = await writeSite();
  after(() => site.remove());
  await site.write({ ...site.document, ...outageSite(partner) });
  const gateway = await startProcess({
    databaseUrl: `sqlite:${path.join(disk.folder, "data", "crossdesk.db")}`,
    site,
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
    startedBy: disk.startedBy,
  });
  after(() => gateway.kill());
  await openTask(gateway, site);
  const outage = startOutage({
    ...{ url: gateway.url, keys: site.keys, task: "K-1", partner },
    databaseUrl: `sqlite:${path.join(site.folder, "crossdesk.db")}`,
  });
  for (let round = 0; round < rounds; round++) await fillOnce(disk, { gateway, site, outage });
  await outage.end();
  assertBusy(outage.refusals);
  // What the process alone sees goes with it.
  disk.copy(gateway.pid, ["data/crossdesk.db", "data/crossdesk.db-wal"], site.folder);
  const counted = await outage.check();
  assert.equal(await gateway.stop(), 0);
  return { ...counted, kind: disk.kind };
}

interface Scene {
  gateway: GatewayProcess;
  site: KnownSite;
  outage: Outage;
}

async function fillOnce(disk: SmallDisk, { gateway, site, outage }: Scene): Promise<void> {
  const call = (where: string, key: string, more: RequestInit = {}): Promise<Response> =>
    fetch(gateway.url + where, { ...more, headers: { "x-api-key": key, "content-type": "application/json" } });
  await outage.done(CALLS);
  disk.fill(gateway.pid);
  await outage.busy(CALLS);
  assert.equal((await call("/v1/tasks/K-1", site.keys.acme)).status, 200, "reading goes on");
  assert.equal((await call("/readyz", "")).status, 200, "and so the gateway is ready");
  const hold = { method: "PUT", body: '{"comment":"Their server moves."}' };
  let held = await call("/v1/queues/desk-api/hold", site.keys.admin, hold);
  // A log that was emptied into the database keeps its length, and has room for some more until it is used up.
  while (held.status === 200) held = await call("/v1/queues/desk-api/hold", site.keys.admin, hold);
  assert.deepEqual([held.status, held.headers.get("retry-after")], [503, "5"], "an operator is told the same");
  const metrics = await (await call("/metrics", site.keys.admin)).text();
  assert.match(metrics, /^crossdesk_ledger_failures_total\{kind="lost"\} [1-9]/m);
  await outage.busy(CALLS);
  disk.free(gateway.pid);
  await outage.done(CALLS);
}

async function openTask({ url }: GatewayProcess, { keys }: KnownSite): Promise<void> {
  const headers = { "x-api-key": keys.ticketing, "content-type": "application/json" };
  const post = async (where: string, json: object): Promise<void> => {
    const { status } = await fetch(url + where, { method: "POST", headers, body: JSON.stringify(json) });
    assert.equal(status, 201);
  };
  await post("/v1/tickets", { number: "T-1", subject: "Told when there is room" });
  await post("/v1/tickets/T-1/tasks", { number: "K-1", group: "acme-field", subject: "A task" });
}
