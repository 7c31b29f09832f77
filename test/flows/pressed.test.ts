// More calls at once than the gateway can hold: it turns some away, keeps what it answered, and stays within its memory.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pressGateway } from "../helpers/story-pressed.ts";

const CALLS = 100_000;

test("a gateway pressed far beyond its queue answers busy, loses nothing and stays within its memory", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-pressed-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  t.diagnostic(JSON.stringify(await pressGateway(`sqlite:${path.join(folder, "crossdesk.db")}`, CALLS)));
});
