// The feed as server-sent events: in order and resumed without loss, alive while nothing happens, never kept for who does not read,
// ended for who may read no more and when the gateway stops.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, suite, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { startApp, type TestApp } from "../helpers/app.ts";
import { openSource, type Sent, type Source } from "../helpers/sse.ts";

const LARGE = "x".repeat(30_000);
/** The clock of these tests makes long leaps: nobody is to be warned of what seems to be late. */
const QUIET = { noReferenceMinutes: null };

suite("the stream of events", () => {
  let app: TestApp;
  let task = "";
  const clock = { now: Date.now() };
  before(async () => {
    const credentials = [{ id: "leaving", role: "ticketing" as const, basic: { user: "leaving", password: "for now only" } }];
    app = await startApp({ clock: () => clock.now, site: { credentials, alerts: QUIET } });
    task = await app.createTask();
  });
  after(() => app.close());

  const open = (query = "", headers: Record<string, string> = {}, lazy = false): Promise<Source> =>
    openSource(`${app.url}/v1/events/stream${query}`, { "x-api-key": app.keys.ticketing, ...headers }, { lazy });
  const say = async (message: string): Promise<string> => {
    const outcome = await app.door.execute({
      caller: app.callers.acme,
      channel: "rest",
      commands: [{ type: "update_message", task, message }],
    });
    return outcome.status === "done" ? (outcome.results[0]?.events[0] ?? "") : outcome.status;
  };
  const next = async (source: Source): Promise<Sent> => {
    const { value, done } = await source.events.next();
    assert.ok(!done, "the stream has ended");
    return value;
  };
  const ended = async (source: Source): Promise<void> => assert.equal((await source.events.next()).done, true);
  const streams = async (count: number): Promise<void> => {
    while (app.app.feed.streams.taken !== count) await turn();
  };

  test("what is there comes first, then what happens, each once, as the feed has it", async () => {
    const source = await open("?after=0");
    assert.equal(source.status, 200);
    assert.equal(source.headers["content-type"], "text/event-stream");
    assert.equal(source.headers["x-accel-buffering"], "no");
    assert.match(String(source.headers["cache-control"]), /no-transform/);
    const ids = [await say("one"), await say("two")];
    const page = (await (await fetch(`${app.url}/v1/events`, { headers: { "x-api-key": app.keys.ticketing } })).json()) as {
      events: { id: string }[];
    };
    const seen: Sent[] = [];
    while (seen.length < page.events.length) seen.push(await next(source));
    assert.deepEqual(
      seen.map((one) => JSON.parse(one.data)),
      page.events,
    );
    assert.deepEqual(
      seen.map((one) => one.id),
      page.events.map((_, index) => String(index + 1)),
    );
    assert.deepEqual(
      page.events.slice(-2).map((one) => one.id),
      ids,
    );
    assert.equal(seen.at(-1)?.event, "crossdesk.task.message");
    assert.match(source.lines[0] ?? "", /^retry: \d+$/);
    source.close();
  });

  test("who comes again with the last id misses nothing and sees nothing twice", async () => {
    const first = await open();
    const one = await say("before the cut");
    assert.equal(JSON.parse((await next(first)).data).id, one);
    const last = first.lastId();
    first.close();
    const two = await say("during the cut");
    const again = await open("?after=0", { "last-event-id": last });
    const three = await say("after the cut");
    assert.deepEqual([JSON.parse((await next(again)).data).id, JSON.parse((await next(again)).data).id], [two, three]);
    again.close();
  });

  test("a stream begun without a position knows where it began", async () => {
    const source = await open();
    await once(source.response, "readable");
    const { done } = await Promise.race([source.events.next(), turn({ done: "waits" })]);
    assert.equal(done, "waits");
    while (source.lastId() === "") await turn();
    assert.equal(Number(source.lastId()), await app.views.head());
    source.close();
  });

  test("while nothing passes there is a comment, and the id moves on", async () => {
    const source = await open("?type=crossdesk.task.closed");
    void source.events.next();
    await say("does not pass");
    const head = String(await app.views.head());
    while (source.lastId() !== head) {
      clock.now += 15_000;
      await turn();
    }
    assert.ok(source.lines.includes(":"));
    source.close();
  });

  test("HTTP/1.0 gets the same, without chunks, until the connection ends", async () => {
    const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
    socket.write(`GET /v1/events/stream HTTP/1.0\r\nX-API-Key: ${app.keys.ticketing}\r\n\r\n`);
    let text = "";
    socket.on("data", (piece) => {
      text += piece;
    });
    while (!text.includes("retry:")) await once(socket, "data");
    await say("to an old client");
    while (!text.includes("to an old client")) await once(socket, "data");
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.doesNotMatch(text, /transfer-encoding/i);
    socket.destroy();
  });

  test("a reader that takes nothing is cut off, and nothing is kept for it meanwhile", async () => {
    await streams(0);
    const slow = await open("", {}, true);
    const quick = await open();
    const closed = once(slow.response, "close").catch(() => undefined);
    for (let sent = 0; sent < 300; sent++) {
      await say(LARGE);
      await next(quick);
    }
    // Its place is given back: nobody is kept in memory who reads nothing.
    while (app.app.feed.streams.taken > 1) {
      clock.now += 10_000;
      await turn();
    }
    slow.response.resume();
    await closed;
    quick.close();
    await streams(0);
  });

  test("a reader that was slow for a while reads on from where it was", async () => {
    // Nothing is read before the first event is asked for.
    const source = await open();
    const ids: string[] = [];
    for (let sent = 0; sent < 300; sent++) ids.push(await say(LARGE));
    for (const id of ids) assert.equal(JSON.parse((await next(source)).data).id, id);
    source.close();
  });

  test("credentials that are taken away end their stream at once, others go on", async () => {
    const authorization = `Basic ${Buffer.from("leaving:for now only").toString("base64")}`;
    const leaving = await openSource(`${app.url}/v1/events/stream`, { authorization });
    const staying = await open();
    await app.app.store.admin.apply({ remove: { credentials: ["leaving"] } });
    await ended(leaving);
    const event = await say("still here");
    assert.equal(JSON.parse((await next(staying)).data).id, event);
    staying.close();
  });

  test("credentials that are taken away end their stream also while their address is told to wait", async () => {
    const credentials = [{ id: "throttled", role: "ticketing" as const, apiKey: "generate" as const }];
    const [change] = await app.app.store.admin.apply({ credentials });
    const leaving = await openSource(`${app.url}/v1/events/stream`, { "x-api-key": change?.secret ?? "" });
    const guess = async (): Promise<number> =>
      (await fetch(`${app.url}/v1/tasks`, { headers: { "x-api-key": "cdk_nobody_nothing" } })).status;
    while ((await guess()) !== 429);
    await app.app.store.admin.apply({ remove: { credentials: ["throttled"] } });
    await ended(leaving);
  });

  test("each credential has its share of streams, and the next is told to come again", async () => {
    await streams(0);
    const all = await Promise.all(Array.from({ length: 20 }, () => open()));
    const refused = await open();
    assert.deepEqual([refused.status, refused.headers["retry-after"]], [429, "5"]);
    assert.equal(JSON.parse(await refused.text()).code, "too_many_readers");
    all[0]?.close();
    await streams(19);
    const again = await open();
    assert.equal(again.status, 200);
    for (const one of [...all, again]) one.close();
    await streams(0);
  });

  test("a stop ends the streams behind a whole event", async () => {
    const source = await open();
    const event = await say("the last");
    assert.equal(JSON.parse((await next(source)).data).id, event);
    await app.close();
    await ended(source);
    assert.equal(source.lines.at(-1), "");
  });
});
