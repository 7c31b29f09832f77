// The clock of the machine is set back and forth while the gateway works: nothing stalls until the old time is reached again, nothing
// happens twice, and what was stored stays in order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createDrawId } from "../../src/lib/ids.ts";
import { createSteadyClock } from "../../src/lib/clock.ts";
import { createThrottle } from "../../src/inbound/limits.ts";
import { startApp } from "../helpers/app.ts";
import { checkLedger } from "../helpers/ledger-check.ts";
import { startPartner } from "../helpers/partner.ts";
import { connect } from "../helpers/store.ts";
import { readFeed, tellByRest, tellBySoap } from "../helpers/story.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const HOUR = 3_600_000;

test("a gateway whose clock jumps", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-clock-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  let status = 204;
  const partner = await startPartner((_, response) => void response.writeHead(status).end());
  t.after(() => partner.close());
  const databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
  let jumped = 0;
  let tried = (): void => undefined;
  const app = await startApp({
    databaseUrl,
    clock: () => Date.now() + jumped,
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}` },
    site: {
      systems: [
        {
          name: "desk-api",
          unrestricted: true,
          apis: { hook: { kind: "rest", url: partner.url } },
          delivery: { retryAfterSeconds: [1, 1] },
        },
      ],
      mappings: [
        {
          name: "updates",
          system: "desk-api",
          trigger: { requests: [{ type: "Update", direction: "In" }] },
          body: '{ "id": event.id }',
        },
      ],
    },
    onLog: ({ event, state }) => event === "delivery.tried" && state === "ready" && tried(),
  });
  const task = await app.createTask();
  const line = { url: app.url, key: app.keys.acme };
  const say = (message: string) => ({ type: "update_message", task, message }) as const;
  const first = await tellBySoap(line, say("before"));
  const keyed = await tellByRest(line, say("keyed"), "one-key");
  await partner.request(2);

  // A try fails: the next is due in a second, and then the clock goes back by an hour.
  status = 503;
  const failed = new Promise<void>((resolve) => (tried = resolve));
  await tellByRest(line, say("waits for its second try"));
  await failed;
  jumped = -HOUR;
  status = 204;
  assert.deepEqual(await tellBySoap(line, say("before")), first, "the same bytes are a repeat all the same");
  assert.equal((await tellByRest(line, say("keyed"), "one-key")).event, keyed.event, "and so is the same key");
  assert.equal((await tellBySoap(line, say("an hour back"))).code, "done");
  await partner.request(5);
  jumped = 24 * HOUR;
  assert.equal((await tellByRest(line, say("a day ahead"))).code, "done");
  assert.equal((await tellBySoap(line, say("a day ahead, by SOAP"))).code, "done");
  jumped = 0;
  assert.equal((await tellByRest(line, say("and as it was"))).code, "done");
  await partner.request(8);

  const events = await readFeed({ url: app.url, key: app.keys.ticketing });
  const ids = events.map(({ id }) => id);
  assert.deepEqual(ids, ids.toSorted(), "ids rise in the order of the feed");
  const delivered = partner.requests.map(({ body }) => (JSON.parse(body) as { id: string }).id);
  const told = events.flatMap(({ id, data }) => (data.message ? [id] : []));
  assert.deepEqual([...new Set(delivered)], told, "each was delivered, in order");
  assert.equal(delivered.length, told.length + 1, "and none again but the one that failed");
  await app.close();
  const db = await connect(databaseUrl);
  await checkLedger(db);
  await db.close();
});

test("ids rise within a millisecond, when the counter runs over, and when the clock goes back", () => {
  const clock = { now: Date.UTC(2026, 10, 3) };
  const drawId = createDrawId(() => clock.now);
  const ids = Array.from({ length: 10_000 }, drawId);
  clock.now -= HOUR;
  ids.push(...Array.from({ length: 100 }, drawId));
  clock.now += 2 * HOUR;
  ids.push(drawId());
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.ok(ids.every((id) => form.test(id)));
  assert.equal(
    Number.parseInt((ids.at(-1) ?? "").replace("-", "").slice(0, 12), 16),
    clock.now,
    "it holds the time it was drawn at",
  );
});

test("a steady clock goes on at its pace when the other is set back, and along when it is set forward", () => {
  const now = { wall: 1_000_000, elapsed: 50 };
  const steady = createSteadyClock(
    () => now.wall,
    () => now.elapsed,
  );
  const pass = (ms: number, set = 0): number => {
    now.wall += ms + set;
    now.elapsed += ms;
    return steady();
  };
  assert.deepEqual(
    [steady(), pass(10), pass(10, -HOUR), pass(10), pass(10, 2 * HOUR)],
    [1_000_000, 1_000_010, 1_000_020, 1_000_030, 1_000_040 + HOUR],
  );
});

test("nobody stays shut out for longer because the clock went back", () => {
  const clock = { now: 10 * HOUR };
  const throttle = createThrottle({ clock: () => clock.now, most: 1, windowMs: 60_000, names: 10 });
  throttle.fail("a name");
  assert.equal(throttle.isClosed("a name"), true);
  clock.now -= HOUR;
  assert.equal(throttle.isClosed("a name"), false);
});
