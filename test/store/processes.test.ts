// Several gateway processes: on MariaDB they share a database without missing, repeating or overwriting anything; on SQLite the
// second one is refused. Also: what one process changes in the site holds for the others.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { startChild } from "../helpers/children.ts";
import { checkLedger } from "../helpers/ledger-check.ts";
import { lacking } from "../helpers/packages.ts";
import {
  ACME,
  answered,
  codeOf,
  connect,
  type Environment,
  mariadbEnvironment,
  message,
  newTask,
  nonceUnit,
  openTestStore,
  sqliteEnvironment,
  START,
  STORE_SITE,
  unit,
} from "../helpers/store.ts";
import { readFeed, type Seen, type Written } from "../helpers/writer.ts";

const WRITERS = 4;
const UNITS = 250;

suite("several processes on one MariaDB", { skip: lacking("mariadb") }, () => {
  let environment: Environment | undefined;
  before(async () => {
    environment = await mariadbEnvironment();
  });
  after(() => environment?.close());
  const newDatabase = async (): Promise<string> => (await environment?.createDatabase()) ?? "";
  /** Two stores on one new database, as two processes have them. */
  const two = async () => {
    const url = await newDatabase();
    return [await openTestStore(url), await openTestStore(url)] as const;
  };

  test("four writers, four readers: every reader sees every event once, in one order without gaps", {
    timeout: 60_000,
  }, async () => {
    const url = await newDatabase();
    const here = await openTestStore(url);
    const tasks = [await newTask(here.door), await newTask(here.door)];
    const { head } = await here.store.views.events(0, 1);
    const until = head + WRITERS * UNITS;
    const names = Array.from({ length: WRITERS }, (_, n) => `w${n}`);
    const writers = names.map((name) =>
      startChild({ kind: "write", url, name, tasks, units: UNITS, width: 16 }).lines<Written>(),
    );
    const children = [1, 2].map(async () => (await startChild({ kind: "read", url, until }).lines<Seen>())[0]);
    const readers = [1, 2].map(() => readFeed(here.store.views, until));
    const answers = (await Promise.all(writers)).flat();
    const seen = await Promise.all([...readers, ...children]);
    const positions = Array.from({ length: until }, (_, index) => index + 1);
    for (const one of seen) {
      assert.deepEqual(one?.positions, positions);
      assert.equal(new Set(one?.ids).size, until);
      assert.deepEqual(one?.ids, seen[0]?.ids);
    }
    assert.equal(answers.length, WRITERS * UNITS);
    assert.ok(answers.every(({ event }) => seen[0]?.ids.includes(event)));
    const db = await connect(url);
    assert.equal((await checkLedger(db)).events, until, "no process overwrote what another did");
    await db.close();
    await here.close();
  });

  test("a credential taken away by one ends with the very next unit of the other", async () => {
    const [here, there] = await two();
    const task = await newTask(here.door);
    await answered(there.door.execute(unit(ACME, message(task, "hello"))));
    await here.store.admin.apply({ remove: { credentials: ["acme"] } });
    assert.equal(await codeOf(there.door.execute(unit(ACME, message(task, "again")))), "unauthenticated");
    await here.store.admin.apply(STORE_SITE);
    const noticed = new Promise<void>((resolve) => there.store.onSite((site) => site.providers.has("later") && resolve()));
    await here.store.admin.apply({ providers: [{ name: "later" }] });
    await noticed;
    await Promise.all([here.close(), there.close()]);
  });

  test("one key in two processes at once has one effect, also one that had expired", async () => {
    const [here, there] = await two();
    const task = await newTask(here.door);
    const keyed = { ...unit(ACME, message(task, "hello")), key: { scope: "acme", key: "both", payload: "p", keepMs: 10 } };
    for (let round = 0; round < 8; round++) {
      here.clock.now = there.clock.now = START + round * 1000;
      const sent = Array.from({ length: 6 }, (_, n) => answered((n % 2 ? here : there).door.execute(keyed)));
      const events = new Set((await Promise.all(sent)).map((one) => one.event));
      assert.equal(events.size, 1, `round ${round}`);
    }
    const history = await here.store.views.taskEvents(task, 0, 100, { kind: "desk" });
    assert.equal(history?.items.filter((one) => one.message).length, 8);
    await Promise.all([here.close(), there.close()]);
  });

  test("one expired key for two messages in two processes at once is one message and one refusal", async () => {
    const [here, there] = await two();
    const tasks = [await newTask(here.door), await newTask(here.door)];
    for (let round = 0; round < 12; round++) {
      here.clock.now = there.clock.now = START + round * 1000;
      const sent = [here, there].map(({ door }, n) => {
        const key = { scope: "acme", key: "either", payload: `p${n}`, keepMs: 10 };
        return codeOf(door.execute({ ...unit(ACME, message(tasks[n] ?? "", "hello")), key }));
      });
      assert.deepEqual((await Promise.all(sent)).toSorted(), ["done", "key_reused"], `round ${round}`);
    }
    await Promise.all([here.close(), there.close()]);
  });

  test("numbers made by two processes at once are all different", async () => {
    const [here, there] = await two();
    const made = await Promise.all(Array.from({ length: 40 }, (_, n) => newTask((n % 2 ? here : there).door)));
    assert.equal(new Set(made).size, 40);
    await Promise.all([here.close(), there.close()]);
  });

  test("of two processes that move one mailbox from the same place, one does", async () => {
    const [here, there] = await two();
    for (let uid = 0; uid < 8; uid++) {
      const moves = [here, there].map(({ door }) =>
        door.execute({
          ...unit(ACME),
          side: { kind: "mailbox", mailbox: "shared", uidValidity: "1", before: uid, after: uid + 1, quarantine: null },
        }),
      );
      const ends = await Promise.allSettled(moves);
      assert.deepEqual(ends.map((one) => one.status).toSorted(), ["fulfilled", "rejected"]);
      const codes = ends.flatMap((one) => (one.status === "rejected" ? [(one.reason as { code: string }).code] : []));
      assert.deepEqual(codes, ["guard_lost"]);
    }
    assert.deepEqual(await here.store.positions.read("shared"), { uidValidity: "1", lastUid: 8 });
    await Promise.all([here.close(), there.close()]);
  });

  test("of two processes that are shown one nonce, one takes it", async () => {
    const [here, there] = await two();
    const task = await newTask(here.door);
    for (let round = 0; round < 8; round++) {
      const shown = Array.from({ length: 6 }, (_, n) => {
        const unit = nonceUnit(`nonce ${round}`, Date.UTC(2100, 0, 1), message(task, `number ${n}`));
        return codeOf((n % 2 ? here : there).door.execute(unit));
      });
      const codes = (await Promise.all(shown)).toSorted();
      assert.deepEqual(codes, ["done", ...new Array(5).fill("unauthenticated")], `round ${round}`);
    }
    const history = await here.store.views.taskEvents(task, 0, 100, { kind: "desk" });
    assert.equal(history?.items.filter((one) => one.message).length, 8);
    await Promise.all([here.close(), there.close()]);
  });

  test("two that start at once on an empty database both come up, and set it up once", async () => {
    const url = await newDatabase();
    const started = await Promise.all([1, 2].map(() => startChild({ kind: "read", url, until: 0 }).lines<Seen>()));
    assert.equal(started.flat().length, 2);
    const db = await connect(url);
    assert.equal(
      (await db.rows("select name from migrations")).length,
      readdirSync(new URL("../../migrations", import.meta.url)).filter((file) => /^\d{4}_/.test(file)).length,
    );
    await db.close();
  });
});

suite("a second process on one SQLite database", () => {
  let environment: Environment | undefined;
  before(async () => {
    environment = await sqliteEnvironment();
  });
  after(() => environment?.close());

  test("is refused, and let in when the first has closed", async () => {
    const url = (await environment?.createDatabase()) ?? "";
    const first = await openTestStore(url);
    await assert.rejects(openTestStore(url), /Another gateway process works with this SQLite database \(.*crossdesk\.db\.lock\)/);
    await newTask(first.door);
    await first.close();
    await (await openTestStore(url)).close();
  });

  test("is let in when the first was killed", async () => {
    const url = (await environment?.createDatabase()) ?? "";
    const set = await openTestStore(url);
    const task = await newTask(set.door);
    await set.close();
    const child = startChild({ kind: "write", url, name: "first", tasks: [task], units: 1_000_000, width: 1 });
    const lines = child.lines<Written>();
    await once(child.process.stdout ?? child.process, "data");
    await assert.rejects(openTestStore(url), /Another gateway process/);
    child.process.kill("SIGKILL");
    await lines;
    await (await openTestStore(url)).close();
  });
});
