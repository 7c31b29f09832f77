// A gateway that dies in the middle of its deliveries delivers every one, in order, and a repeat is known by its id.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, type TestContext, test } from "node:test";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { killDelivering } from "../helpers/story-deliver-killed.ts";
import { shareDeliveries } from "../helpers/story-deliver-shared.ts";

/** Between two kills; the soak lets more arrive. */
const ARRIVALS = 40;

suite("killed during deliveries", () => {
  test("on SQLite", async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-deliver-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await killed(t, `sqlite:${path.join(folder, "crossdesk.db")}`, 2);
  });

  test("on MariaDB", { skip: lacking("mariadb") }, async (t) => {
    const mariadb = await startMariadb();
    t.after(() => mariadb.stop());
    await killed(t, await mariadb.createDatabase(), 1);
  });
});

async function killed(t: TestContext, databaseUrl: string, kills: number): Promise<void> {
  const counted = await killDelivering({ databaseUrl, kills, arrivals: ARRIVALS });
  t.diagnostic(JSON.stringify(counted));
  assert.ok(counted.again > 0, "what was under way at the first fall came again");
}

test("two gateways on one database deliver to each System one at a time, and one takes over from the other", {
  skip: lacking("mariadb"),
}, async (t) => {
  const mariadb = await startMariadb();
  t.after(() => mariadb.stop());
  const counted = await shareDeliveries({ databaseUrl: await mariadb.createDatabase(), waitForLeases: false });
  t.diagnostic(JSON.stringify(counted));
  assert.ok(counted.takenOver > 0 && counted.again > 0, "the other took over what was under way");
});
