// The database goes away under load and comes back: cut off in the middle of a commit, and killed. Whoever calls is told to come again,
// monitors are told that the gateway is not ready, nothing is half done, and all goes on by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "../helpers/app.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { startPartner } from "../helpers/partner.ts";
import { startProxy } from "../helpers/proxy.ts";
import { assertBusy, outageSite, startOutage } from "../helpers/story-outage.ts";

test("a database that goes away and comes back", { skip: lacking("mariadb") }, async (t) => {
  const mariadb = await startMariadb({ own: true });
  t.after(() => mariadb.stop());
  const partner = await startPartner();
  t.after(() => partner.close());
  const direct = await mariadb.createDatabase();
  const line = await startProxy(direct);
  t.after(() => line.close());
  const app = await startApp({
    databaseUrl: line.url(direct),
    site: outageSite(partner),
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
    // The lines say that the database is gone, as they should.
    onLog: () => undefined,
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= app.close());
  t.after(close);
  const task = await app.createTask();
  const get = (where: string, key: string): Promise<Response> => fetch(app.url + where, { headers: { "x-api-key": key } });
  const toldGone = async (): Promise<void> => {
    const read = await get(`/v1/tasks/${task}`, app.keys.acme);
    assert.deepEqual([read.status, read.headers.get("retry-after")], [503, "5"], "who reads is told to come again as well");
    const hold = {
      method: "PUT",
      body: '{"comment":"x"}',
      headers: { "x-api-key": app.keys.admin, "content-type": "application/json" },
    };
    assert.equal((await fetch(`${app.url}/v1/queues/desk-api/hold`, hold)).status, 503, "and so is an operator");
    // Both keep what they found for a moment.
    while ((await get("/readyz", "")).status !== 503);
    while (!/^crossdesk_store_up 0$/m.test(await (await get("/metrics", app.keys.admin)).text()));
    assert.equal((await get("/healthz", "")).status, 200);
  };

  const outage = startOutage({ url: app.url, keys: app.keys, task, databaseUrl: direct, partner });
  await outage.done(20);
  line.cutAtCommit({ when: "after", away: true });
  await outage.busy(20);
  await toldGone();
  line.back();
  await outage.done(20);

  await mariadb.kill();
  await outage.busy(20);
  await toldGone();
  await mariadb.restart();
  await outage.done(20);
  assert.equal((await get(`/v1/tasks/${task}`, app.keys.acme)).status, 200);
  await outage.end();
  await close();
  assertBusy(outage.refusals);
  t.diagnostic(JSON.stringify(await outage.check()));
});
