// What is held, given to another, or cut by a stop leaves as often as it should: not once too many.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { type Partner, type PartnerAnswer, startPartner } from "../helpers/partner.ts";

interface Scene {
  app: TestApp;
  partner: Partner;
  /** Waits for so many lines of tries that ended so. */
  tried(state: string, count: number): Promise<void>;
}

/** A System of acme that is told of every Submit Request, and a gateway that delivers to it. */
function siteFor(url: string, delivery: object = {}, provider = "acme"): SiteDocument {
  return {
    systems: [{ name: "partner", provider, unrestricted: true, apis: { hook: { kind: "rest", url } }, delivery }],
    mappings: [
      { name: "told", system: "partner", trigger: { requests: [{ type: "Submit Request" }] }, body: '{ "task": task.number }' },
    ],
  };
}

async function scene(t: TestContext, answer: PartnerAnswer, { delivery = {}, databaseUrl = "" } = {}): Promise<Scene> {
  const partner = await startPartner(answer);
  t.after(() => partner.close());
  const counts = new Map<string, number>();
  const waiting: { state: string; count: number; resolve(): void }[] = [];
  const onLog = ({ event, state }: Record<string, unknown>): void => {
    if (event !== "delivery.tried") return;
    counts.set(String(state), (counts.get(String(state)) ?? 0) + 1);
    for (const one of waiting) if ((counts.get(one.state) ?? 0) >= one.count) one.resolve();
  };
  const app = await startApp({
    site: siteFor(`${partner.url}/`, delivery),
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
    onLog,
    ...(databaseUrl ? { databaseUrl } : {}),
  });
  t.after(() => app.close());
  const tried = async (state: string, count: number): Promise<void> => {
    if ((counts.get(state) ?? 0) >= count) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ state, count, resolve });
    await promise;
  };
  return { app, partner, tried };
}

const makeTasks = async (app: TestApp, count: number): Promise<void> => {
  for (let made = 0; made < count; made++) await app.createTask({ group: "acme-field" });
};

suite("deliveries that are held back", () => {
  test("a partner that says it is gone gets no further call", async (t) => {
    const { app, partner, tried } = await scene(t, (_, response) => void response.writeHead(410).end(), {
      delivery: { inFlight: 1 },
    });
    await makeTasks(app, 12);
    await tried("rejected", 1);
    const { next } = await app.app.store.monitoring.deliveries({ limit: 50 });
    assert.equal(next, null);
    assert.equal(await app.app.store.outgoing.held("partner", Date.now()), true);
    // A gateway that is asked to stop has let go of everything: nothing can come afterwards.
    await app.close();
    assert.equal(partner.requests.length, 1);
  });

  test("what was not sent when the hold was answered stays", async (t) => {
    const first = Promise.withResolvers<void>();
    const { app, partner } = await scene(
      t,
      async (_, response) => {
        await first.promise;
        response.writeHead(204).end();
      },
      { delivery: { inFlight: 1 } },
    );
    await makeTasks(app, 10);
    await partner.begun(1);
    const answer = await fetch(`${app.url}/v1/queues/partner/hold`, {
      method: "PUT",
      headers: { "x-api-key": app.keys.admin, "content-type": "application/json" },
      body: JSON.stringify({ comment: "Maintenance at the partner." }),
    });
    assert.ok(answer.ok, await answer.text());
    first.resolve();
    await partner.request(1);
    await app.close();
    assert.equal(partner.requests.length, 1);
  });

  test("a request under way when its System is changed, or the gateway stops, ends by itself and is not repeated", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "crossdesk-held-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const slow = Promise.withResolvers<void>();
    const { app, partner, tried } = await scene(
      t,
      async (_, response) => {
        await slow.promise;
        response.writeHead(204).end();
      },
      { databaseUrl: `sqlite:${join(folder, "crossdesk.db")}` },
    );
    await makeTasks(app, 1);
    await partner.begun(1);
    const [system] = siteFor(`${partner.url}/`).systems ?? [];
    await app.app.store.admin.apply({ systems: system ? [{ ...system, description: "another" }] : [] });
    const closing = app.close();
    slow.resolve();
    await tried("done", 1);
    await closing;
    assert.equal(partner.requests.length, 1);
  });

  test("what was meant for one provider never goes to the next one of that System, nor another System's mapping to it", async (t) => {
    const { app, partner, tried } = await scene(t, (_, response) => void response.writeHead(503).end());
    await makeTasks(app, 1);
    await tried("ready", 1);
    const { system_name: name } = { system_name: "partner" };
    // As an older version could have left it: the check of the site would refuse the change while a delivery is open.
    await app.app.store.admin.apply({
      systems: [
        { name: "other", provider: "acme", unrestricted: true, apis: { hook: { kind: "rest", url: `${partner.url}/other` } } },
      ],
      mappings: [{ name: "told", system: "other", api: "hook", body: '"WORDS FOR ANOTHER"' }],
    });
    const found = (await app.app.store.monitoring.deliveries({ limit: 5 })).items[0];
    assert.ok(found);
    await fetch(`${app.url}/v1/deliveries/${found.id}/retries`, { method: "POST", headers: { "x-api-key": app.keys.admin } });
    await tried("rejected", 1);
    const [after] = (await app.app.store.monitoring.deliveries({ limit: 5 })).items;
    assert.deepEqual([after?.system, after?.code], [name, "not_theirs"]);
    assert.ok(partner.requests.every((one) => !one.body.includes("WORDS")));
  });
});
