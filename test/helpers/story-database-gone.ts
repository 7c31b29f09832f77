// The database goes away under load and comes back: cut off in the middle of a commit, and killed. Whoever calls is told to come again,
// monitors are told that the gateway is not ready, nothing is half done, and all goes on by itself.
import assert from "node:assert/strict";
import { startApp, type TestApp } from "./app.ts";
import { startMariadb } from "./mariadb.ts";
import { startPartner } from "./partner.ts";
import { startProxy } from "./proxy.ts";
import type { After } from "./story-disk-full.ts";
import { assertBusy, type OutageCount, outageSite, startOutage } from "./story-outage.ts";

const CALLS = 20;

/** Cuts the database off and kills it, so many times each. */
export async function takeDatabaseAway(after: After, rounds: number): Promise<OutageCount> {
  const mariadb = await startMariadb({ own: true });
  after(() => mariadb.stop());
  const partner = await startPartner();
  after(() => partner.close());
  const direct = await mariadb.createDatabase();
  const line = await startProxy(direct);
  after(() => line.close());
  const app = await startApp({
    databaseUrl: line.url(direct),
    site: outageSite(partner),
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
    // The lines say that the database is gone, as they should.
    onLog: () => undefined,
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= app.close());
  after(close);
  const task = await app.createTask();
  const outage = startOutage({ url: app.url, keys: app.keys, task, databaseUrl: direct, partner });
  await outage.done(CALLS);
  for (let round = 0; round < rounds; round++) {
    line.cutAtCommit({ when: "after", away: true });
    await outage.busy(CALLS);
    await assertTold(app, task);
    line.back();
    await outage.done(CALLS);
    await mariadb.kill();
    await outage.busy(CALLS);
    await assertTold(app, task);
    await mariadb.restart();
    await outage.done(CALLS);
  }
  await outage.end();
  await close();
  assertBusy(outage.refusals);
  return outage.check();
}

/** Who reads, who operates and who watches: each is told. */
async function assertTold(app: TestApp, task: string): Promise<void> {
  const call = (where: string, key: string, more: RequestInit = {}): Promise<Response> =>
    fetch(app.url + where, { ...more, headers: { "x-api-key": key, "content-type": "application/json" } });
  const read = await call(`/v1/tasks/${task}`, app.keys.acme);
  assert.deepEqual([read.status, read.headers.get("retry-after")], [503, "5"], "who reads is told to come again as well");
  const hold = await call("/v1/queues/desk-api/hold", app.keys.admin, { method: "PUT", body: '{"comment":"x"}' });
  assert.equal(hold.status, 503, "and so is an operator");
  // Both keep what they found for a moment.
  while ((await call("/readyz", "")).status !== 503);
  while (!/^crossdesk_store_up 0$/m.test(await (await call("/metrics", app.keys.admin)).text()));
  assert.equal((await call("/healthz", "")).status, 200);
}
