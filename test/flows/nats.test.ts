// Publication to a real NATS server: every event once and in order, also when the broker is cut off in the middle and brought back;
// what was published again has no effect; what is too large is named; and nobody waits for a broker that is away.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type ConsumerMessages, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { startApp, type TestApp } from "../helpers/app.ts";
import { eventIn, startNats, type TestNats } from "../helpers/nats.ts";
import { lacking } from "../helpers/packages.ts";
import { connect as connectDb } from "../helpers/store.ts";
import { type FeedEvent, feedPage, readFeed } from "../helpers/story.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const SITE = {
  providers: [{ name: "tried", test: true }],
  groups: [{ name: "tried-team", provider: "tried", returnGroup: "service-desk" }],
};
/** Longer than any part of these tests takes, so that one that waits for nothing fails instead of hanging. */
const TIMEOUT = { timeout: 60_000 };

suite("publication to NATS", { skip: lacking("nats") }, () => {
  let nats: TestNats;
  let app: TestApp;
  let task = "";
  let key = "";
  let folder = "";
  let databaseUrl = "";
  const logged: Record<string, unknown>[] = [];
  before(async () => {
    nats = await startNats();
    folder = await mkdtemp(path.join(tmpdir(), "crossdesk-publish-"));
    databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
    app = await start();
    // Made once and never told again.
    key = app.keys.ticketing;
    task = await app.createTask();
  });
  after(async () => {
    await app?.close();
    await nats?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (): Promise<TestApp> =>
    startApp({ site: SITE, databaseUrl, env: { CROSSDESK_NATS_URL: nats.url }, onLog: (line) => void logged.push(line) });
  const say = async (message: string): Promise<void> => {
    await app.door.execute({ caller: app.callers.acme, channel: "rest", commands: [{ type: "update_message", task, message }] });
  };
  const published = async (): Promise<void> => {
    while ((await app.views.cursor("gateway:nats"))?.lag !== 0) await delay(5);
  };
  const line = () => ({ url: app.url, key });

  /** Has a connection of its own: one that lived through all the cuts may wait for an answer of a broker that is gone. */
  async function connected<T>(work: (connection: NatsConnection) => Promise<T>): Promise<T> {
    const connection = await nats.connect();
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  /** All messages there are now, in order. */
  const stored = (): Promise<(FeedEvent & { dataref?: string })[]> =>
    connected(async (connection) => {
      const { state } = await (await jetstreamManager(connection)).streams.info("CROSSDESK");
      const seen: (FeedEvent & { dataref?: string })[] = [];
      if (state.messages === 0) return seen;
      const messages: ConsumerMessages = await nats.messages(connection, "CROSSDESK");
      for await (const message of messages) {
        message.ack();
        const event = eventIn<FeedEvent>(message);
        assert.equal(message.subject, event.type);
        assert.equal(message.headers?.get("Nats-Msg-Id"), event.id);
        seen.push(event);
        if (seen.length === state.messages) break;
      }
      return seen;
    });

  /** Has the stream take other subjects. */
  const takeSubjects = (subjects: string[]): Promise<unknown> =>
    connected(async (connection) => (await jetstreamManager(connection)).streams.update("CROSSDESK", { subjects }));

  test("every event is published once, in order, as the feed has it; tests are not", TIMEOUT, async () => {
    await app.createTask({ group: "tried-team" });
    for (const text of ["one", "two", "three"]) await say(text);
    await published();
    assert.deepEqual(await stored(), await readFeed(line()));
  });

  test("a broker that is cut off holds nothing up, and hears everything when it is back", TIMEOUT, async () => {
    await nats.kill();
    for (let count = 0; count < 150; count++) await say(`while it is away ${count}`);
    while (!logged.some((one) => one["event"] === "nats.interrupted")) await delay(5);
    assert.ok(((await app.views.cursor("gateway:nats"))?.lag ?? 0) >= 150);
    await nats.start();
    await published();
    assert.deepEqual(await stored(), await readFeed(line()));
    assert.ok(logged.some((one) => one["event"] === "nats.resumed"));
  });

  test("cut off again and again while messages come, each is there once and in order", TIMEOUT, async () => {
    const writing = (async () => {
      for (let count = 0; count < 300; count++) await say(`under way ${count}`);
    })();
    for (let cut = 0; cut < 3; cut++) {
      await nats.kill();
      await nats.start();
    }
    await writing;
    await published();
    assert.deepEqual(await stored(), await readFeed(line()));
  });

  test("what a gateway published and could not note is published again without effect", TIMEOUT, async () => {
    await app.close();
    const db = await connectDb(databaseUrl);
    await db.rows("update cursors set position = position - 200 where name = 'gateway:nats'");
    await db.close();
    app = await start();
    await say("after the start");
    await published();
    assert.deepEqual(await stored(), await readFeed(line()));
  });

  test("an event larger than the broker takes is published with the address of its data", TIMEOUT, async () => {
    const custom = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`n${n}`, "€".repeat(4000)]));
    const fields = { subject: "Large", custom };
    const before = (await feedPage(line(), 0)).head;
    const commands = [
      { type: "create_ticket", number: "LARGE", fields },
      { type: "create_task", ticket: "LARGE", group: "service-desk", fields },
    ] as const;
    const done = await app.door.execute({ caller: app.callers.ticketing, channel: "rest", commands });
    assert.equal(done.status, "done");
    await published();
    const message = (await stored()).at(-1);
    const event = (await readFeed(line(), before)).at(-1);
    assert.deepEqual([message?.id, message?.data], [event?.id, undefined]);
    const data = await fetch(app.url + message?.dataref, { headers: { "x-api-key": key } });
    assert.deepEqual(await data.json(), event);
  });

  test("a stream that does not take the subjects is told of, with what to do", TIMEOUT, async () => {
    await app.close();
    await takeSubjects(["other.>"]);
    logged.length = 0;
    app = await start();
    await say("nobody hears");
    const told = async (): Promise<Record<string, unknown>> => {
      for (;;) {
        const found = logged.find((one) => one["event"] === "nats.interrupted");
        if (found) return found;
        await delay(5);
      }
    };
    assert.match(String((await told())["error"]), /does not take crossdesk\.>: add it/);
    await takeSubjects(["crossdesk.>"]);
    await published();
  });
});
