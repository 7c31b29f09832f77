// A partner in every kind of trouble loses nothing of what it is sent, sees it in order, and each under one id.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { tellTroubled } from "../helpers/troubled-story.ts";

/** Each has an assignment and its messages, told to three Systems: 2,016 deliveries. The soak makes five times as many. */
const TASKS = 84;
const MESSAGES = 7;

test("two thousand deliveries to a partner in trouble", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-troubled-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
  const count = await tellTroubled({ databaseUrl, tasks: TASKS, messages: MESSAGES, seed: "every kind" });
  t.diagnostic(JSON.stringify(count));
});
