// The feed over REST: filters, waiting for what comes, CloudEvents, positions that are gone, and cursors that two readers cannot
// take from one another.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { connect } from "../helpers/store.ts";
import { type RestTest, startRest } from "../wire/rest/client.ts";

const SITE = {
  providers: [{ name: "tried", test: true }],
  groups: [{ name: "tried-team", provider: "tried", returnGroup: "service-desk" }],
};

suite("the feed", () => {
  let app: RestTest;
  let task = "";
  let folder = "";
  let databaseUrl = "";
  const clock = { now: Date.now() };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "crossdesk-feed-"));
    databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
    app = await startRest({ site: SITE, clock: () => clock.now, databaseUrl });
    task = await app.createTask();
    await app.createTask({ group: "tried-team" });
  });
  after(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (query: string) => app.get(`/v1/events?${query}`, app.keys.ticketing);
  const say = (text: string) => app.post(`/v1/tasks/${task}/messages`, app.keys.acme, { message: text });
  const headNow = async (): Promise<number> => (await get("limit=1")).json.head;

  test("what is only a test is left out, unless it is asked for", async () => {
    const of = async (query: string): Promise<[string, boolean][]> =>
      (await get(query)).json.events.map((one: { data: { provider: string; test: boolean } }) => [
        one.data.provider,
        one.data.test,
      ]);
    assert.ok((await of("")).every(([provider, isTest]) => provider !== "tried" && !isTest));
    const only = await of("test=only");
    assert.deepEqual(only, [
      [null, true],
      ["tried", true],
    ]);
    assert.equal((await of("test=include")).length, (await of("")).length + only.length);
  });

  test("several filters at once, and a page that is empty still moves on", async () => {
    await say("filtered");
    const { json } = await get(`type=crossdesk.task.message,crossdesk.task.solved&direction=In&provider=acme&task=${task}`);
    assert.deepEqual(
      json.events.map((one: { type: string }) => one.type),
      ["crossdesk.task.message"],
    );
    const none = await get("type=crossdesk.task.closed");
    assert.deepEqual([none.json.events, none.json.next], [[], none.json.head]);
    for (const wrong of ["type=task.message", "direction=Up", "test=maybe", "wait=61", "after=1&cursor=x"])
      assert.equal((await get(wrong)).status, 400, wrong);
    assert.equal((await app.get("/v1/events", app.keys.acme)).status, 403);
  });

  test("who waits hears as soon as an event passes, and of no other", async () => {
    const head = await headNow();
    const waiting = get(`after=${head}&wait=60&type=crossdesk.task.acknowledged`);
    const all = await Promise.all([get(`after=${head}&wait=60`), say("does not pass the other")]);
    assert.deepEqual(
      all[0].json.events.map((one: { sequence: string }) => Number(one.sequence)),
      [head + 1],
    );
    await app.post(`/v1/tasks/${task}/acknowledgement`, app.keys.acme, { externalReference: "INC1" });
    const { json } = await waiting;
    assert.deepEqual([json.events.length, json.events[0].type, json.next], [1, "crossdesk.task.acknowledged", head + 2]);
  });

  test("an event of another process is heard too", async () => {
    const head = await headNow();
    const waiting = get(`after=${head}&wait=60`);
    const db = await connect(databaseUrl);
    // As another process does it: event and counter in one commit, and nobody here is told.
    await db.rows("begin immediate");
    const columns =
      "kind, type, ticket_id, ticket_version, task_id, task_version, status, group_name, channel, actor, at, changes, test";
    await db.rows(
      `insert into events (position, id, ${columns}) select ?, 'c0ffee00-0000-4000-8000-000000000001', ${columns} from events where position = ?`,
      [head + 1, head],
    );
    await db.rows("update meta set value = value + 1 where name = 'position'");
    await db.rows("commit");
    await db.close();
    assert.deepEqual((await waiting).json.next, head + 1);
  });

  test("credentials that are taken away while they wait are told nothing more", async () => {
    const head = await headNow();
    const leaving = { id: "leaving", role: "ticketing", apiKey: "generate" };
    const made = await app.post("/v1/site", app.keys.admin, { credentials: [leaving] });
    const waiting = app.get(`/v1/events?after=${head}&wait=60`, made.json.changes[0].secret);
    while (app.app.feed.waiters.taken === 0) await turn();
    await app.post("/v1/site", app.keys.admin, { remove: { credentials: ["leaving"] } });
    await say("not for those who left");
    const { status, json } = await waiting;
    assert.deepEqual([status, json.code, json.events], [401, "unauthenticated", undefined]);
  });

  test("when the time is over the page is empty and tells where to go on", async () => {
    const head = await headNow();
    const waiting = get(`after=${head}&wait=60&type=crossdesk.task.closed`);
    const other = get(`after=${head}&wait=60`);
    await say("passes by");
    await other;
    clock.now += 61_000;
    const { json } = await waiting;
    assert.deepEqual([json.events, json.next], [[], head + 1]);
  });

  test("who says no more is answered at once, and takes no place any longer", async () => {
    const head = await headNow();
    const socket = connectTcp(Number(new URL(app.url).port), "127.0.0.1");
    socket.end(`GET /v1/events?after=${head}&wait=60 HTTP/1.1\r\nHost: x\r\nX-API-Key: ${app.keys.ticketing}\r\n\r\n`);
    const answer = (await socket.toArray()).join("");
    assert.match(answer, /^HTTP\/1.1 200 /);
    assert.match(answer, new RegExp(`"events":\\[\\],"next":${head}`));
  });

  test("as many may wait as there are places, each credential has its share, and the next is told to come again", async () => {
    const head = await headNow();
    const waiting = Array.from({ length: 101 }, () => get(`after=${head}&wait=60`));
    const refused = await Promise.race(waiting);
    assert.deepEqual([refused.status, refused.json.code, refused.headers["retry-after"]], [429, "too_many_readers", "5"]);
    await say("for all");
    const answers = await Promise.all(waiting);
    assert.deepEqual(answers.filter((one) => one.status === 200).length, 100);
    assert.ok(answers.filter((one) => one.status === 200).every((one) => one.json.events.length === 1));
  });

  test("CloudEvents come as a batch where that is asked for, and one by one under their own type", async () => {
    const all = await get("limit=2");
    const batch = await fetch(`${app.url}/v1/events?limit=2`, {
      headers: { "x-api-key": app.keys.ticketing, accept: "application/cloudevents-batch+json" },
    });
    assert.equal(batch.headers.get("content-type"), "application/cloudevents-batch+json");
    assert.equal(batch.headers.get("crossdesk-next"), String(all.json.next));
    assert.equal(batch.headers.get("crossdesk-head"), String(all.json.head));
    assert.deepEqual(await batch.json(), all.json.events);
    const [first] = all.json.events;
    const headers = { "x-api-key": app.keys.ticketing, accept: "application/cloudevents+json;q=0.9, */*;q=0.1" };
    const one = await fetch(`${app.url}/v1/events/${first.id}`, { headers });
    assert.deepEqual([one.headers.get("content-type"), await one.json()], ["application/cloudevents+json", first]);
    assert.deepEqual((await app.get(`/v1/events/${first.id}`, app.keys.ticketing)).json, first);
    assert.equal((await app.get("/v1/events/c0ffee00-0000-4000-8000-00000000ffff", app.keys.ticketing)).status, 404);
  });

  const put = (name: string, json: object, headers = {}) =>
    app.send("PUT", `/v1/cursors/${name}`, { key: app.keys.ticketing, json, headers });

  test("a cursor is made once, moved from where it is, and read from", async () => {
    const head = await headNow();
    assert.equal((await get("cursor=desk")).status, 404);
    const made = await put("desk", { position: 0 });
    assert.deepEqual(
      [made.status, made.json.lag, made.json.holder, made.headers.etag],
      [200, head, "ticketing:ticketing", '"0"'],
    );
    assert.deepEqual((await get("cursor=desk&limit=500")).json.next, head);
    assert.deepEqual(
      [(await put("desk", { position: 1 })).status, (await put("desk", { position: 1, from: null })).status],
      [428, 412],
    );
    const moves = await Promise.all([put("desk", { position: 2, from: 0 }), put("desk", { position: 3 }, { "if-match": '"0"' })]);
    assert.deepEqual(moves.map((one) => one.status).toSorted(), [200, 412]);
    const winner = moves.find((one) => one.status === 200);
    assert.equal(moves.find((one) => one.status === 412)?.json.position, winner?.json.position);
    assert.equal((await get("cursor=desk&limit=1")).json.next, winner?.json.position + 1);
    assert.deepEqual((await app.get("/v1/cursors", app.keys.admin)).json.cursors, [winner?.json]);
    assert.equal((await put("new", { position: 1, from: 5 })).status, 404);
    assert.equal((await put("gateway%3Anats", { position: 1 })).status, 400);
    for (const tag of ['""', '"desk"', '"0x2"', 'W/"1e0", "-1"'])
      assert.deepEqual(
        [
          (await put("new", { position: 1 }, { "if-match": tag })).status,
          (await put("desk", { position: 1 }, { "if-match": tag })).status,
        ],
        [404, 412],
        tag,
      );
    const listed = await put("desk", { position: winner?.json.position }, { "if-match": `"desk", "${winner?.json.position}"` });
    assert.equal(listed.status, 200, "any of several tags");
    assert.equal(
      (await app.send("DELETE", "/v1/cursors/desk", { key: app.keys.ticketing, headers: { "if-match": '"0"' } })).status,
      412,
    );
    assert.equal((await app.send("DELETE", "/v1/cursors/desk", { key: app.keys.ticketing })).status, 200);
    assert.equal((await app.get("/v1/cursors/desk", app.keys.ticketing)).status, 404);
  });

  test("what is above the head or purged is answered with the range there is, everywhere", async () => {
    const head = await headNow();
    const told = async (path: string, headers = {}): Promise<unknown[]> => {
      const { status, json } = await app.send("GET", path, { key: app.keys.ticketing, headers });
      return [status, json.code, json.oldest, json.head];
    };
    assert.deepEqual(await told(`/v1/events?after=${head + 1}&wait=60`), [410, "position_unknown", 1, head]);
    await put("ahead", { position: head });
    await put("behind", { position: 1 });
    assert.equal((await put("beyond", { position: head + 1 })).status, 410);
    const db = await connect(databaseUrl);
    await db.rows("update meta set value = 3 where name = 'purged'");
    const gone = [410, "position_unknown", 4, head];
    for (const place of ["after=2", "after=2&wait=60", "cursor=behind"]) {
      assert.deepEqual(await told(`/v1/events?${place}`), gone, place);
      assert.deepEqual(await told(`/v1/events/stream?${place.replace("&wait=60", "")}`), gone, place);
    }
    assert.deepEqual(await told("/v1/events/stream?after=0", { "last-event-id": "2" }), gone);
    assert.deepEqual(await told("/v1/events/stream", { "last-event-id": String(head + 1) }), gone);
    assert.equal((await get("after=3")).status, 200);
    // Who begins at 0 reads what is left.
    const first = (await get("after=0&limit=1")).json;
    assert.equal((await get(`after=${first.next}&oldest=${first.oldest}`)).status, 200);
    // A backup was restored: the head is behind what a reader had.
    await db.rows("update meta set value = ? where name = 'position'", [head - 1]);
    assert.deepEqual(await told("/v1/events?cursor=ahead"), [410, "position_unknown", 4, head - 1]);
    await db.rows("update meta set value = ? where name = 'position'", [head]);
    await db.rows("update meta set value = 0 where name = 'purged'");
    await db.close();
  });

  test("a stop answers those who wait", async () => {
    const other = await startRest();
    const waiting = other.get("/v1/events?wait=60", other.keys.ticketing);
    while (other.app.feed.waiters.taken === 0) await turn();
    await other.close();
    assert.deepEqual((await waiting).json.events, []);
  });
});
