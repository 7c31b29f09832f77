// One gateway on SQLite, four clients that write, and everybody who reads the feed: pages, waiting, a stream that is cut again and
// again, and a message broker that falls in the middle.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { lacking } from "../helpers/packages.ts";
import { tellFeedAlone } from "../helpers/story-feed-alone.ts";

test("every reader sees every event of four writers once and in order", { skip: lacking("nats"), timeout: 120_000 }, async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-readers-"));
  try {
    const told = await tellFeedAlone({ databaseUrl: `sqlite:${path.join(folder, "crossdesk.db")}`, calls: 100, falls: 1 });
    assert.deepEqual([told.events, told.falls], [400, 1]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
