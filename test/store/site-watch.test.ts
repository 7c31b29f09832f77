// Following the site: looks come one after the other, and what was written before a look was asked for is seen after it.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Site } from "../../src/store/site.ts";
import { EMPTY_SITE } from "../../src/store/site-tables.ts";
import { watchSite } from "../../src/store/site-watch.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const siteOf = (version: number): Site => ({ ...EMPTY_SITE, version });

/** A database of one number, whose reads end when they are told to, with what was there when they began. */
function stage() {
  const database = { version: 1 };
  const reads: (() => void)[] = [];
  const read = (): Promise<Site> => {
    const found = siteOf(database.version);
    return new Promise((resolve) => reads.push(() => resolve(found)));
  };
  const watch = watchSite(siteOf(1), { version: async () => database.version, read });
  const finish = async (): Promise<void> => {
    for (await turn(); reads.length > 0; await turn()) reads.pop()?.();
  };
  return { database, watch, finish };
}

suite("following the site", () => {
  test("a slow look never puts an older site back", async () => {
    const { database, watch, finish } = stage();
    const seen: number[] = [];
    watch.onSite((site) => seen.push(site.version));
    database.version = 2;
    const slow = watch.refresh();
    await turn();
    database.version = 3;
    const second = watch.refresh();
    await finish();
    await Promise.all([slow, second]);
    assert.equal(watch.site().version, 3);
    assert.deepEqual(seen, [2, 3]);
  });

  test("who asks while a look is under way sees what was written before", async () => {
    const { database, watch, finish } = stage();
    database.version = 2;
    void watch.refresh();
    await turn();
    database.version = 3;
    const asked = [watch.refresh(), watch.refresh()];
    await finish();
    await Promise.all(asked);
    assert.equal(watch.site().version, 3);
  });

  test("a look that fails is told to who asked, and the next one comes all the same", async () => {
    let away = true;
    const version = async (): Promise<number> => {
      if (away) throw new Error("away");
      return 2;
    };
    const watch = watchSite(siteOf(1), { version, read: async () => siteOf(2) });
    await assert.rejects(watch.refresh(), /away/);
    away = false;
    await watch.refresh();
    assert.equal(watch.site().version, 2);
  });
});
