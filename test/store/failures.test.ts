// When MariaDB fails: a lost COMMIT, a lock held too long, a deadlock, a server that is killed. No unit is answered that is
// not stored, none is stored twice, and the store works again by itself.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { checkLedger } from "../helpers/ledger-check.ts";
import { type TestMariadb, startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { type LineProxy, startProxy } from "../helpers/proxy.ts";
import {
  ACME,
  answered,
  type Connection,
  connect,
  message,
  newTask,
  openTestStore,
  type TestStore,
  unit,
} from "../helpers/store.ts";

interface Fixture extends TestStore {
  proxy: LineProxy;
  /** Past the proxy. */
  db: Connection;
  task: string;
}

suite("when MariaDB fails", { skip: lacking("mariadb"), timeout: 100_000 }, () => {
  let server: TestMariadb | undefined;
  const opened: Fixture[] = [];
  before(async () => {
    server = await startMariadb({ own: true });
  });
  after(async () => {
    for (const { close, proxy, db } of opened) {
      await close();
      await proxy.close();
      await db.close().catch(() => undefined);
    }
    await server?.stop();
  });

  const open = async (): Promise<Fixture> => {
    const url = (await server?.createDatabase()) ?? "";
    const proxy = await startProxy(url);
    const store = await openTestStore(proxy.url(url));
    const fixture = { ...store, proxy, db: await connect(url), task: await newTask(store.door) };
    opened.push(fixture);
    return fixture;
  };
  const say = ({ door, task }: Fixture, text: string) => answered(door.execute(unit(ACME, message(task, text))));
  /** How often a message of this text is stored. */
  const stored = async ({ db }: Fixture, text: string): Promise<number> =>
    (await db.rows("select position from events where changes like ?", [`%"${text}"%`])).length;
  /** A counter of the server, which this file has for itself. */
  const counter = async ({ db }: Fixture, name: string): Promise<number> => {
    const [row] = await db.rows<{ Value: string }>(`show global status like '${name}'`);
    return Number(row?.Value);
  };
  /** Resolves when a transaction waits for a lock. */
  const waiting = async (fixture: Fixture): Promise<void> => {
    while ((await counter(fixture, "Innodb_row_lock_current_waits")) === 0);
  };

  test("a COMMIT that never arrived is tried again", async () => {
    const fixture = await open();
    const before = fixture.proxy.commits();
    fixture.proxy.cutAtCommit({ when: "before" });
    const { event, repeated } = await say(fixture, "never arrived");
    assert.equal(repeated, false);
    assert.ok(fixture.proxy.commits() >= before + 2, "it was sent again");
    assert.equal(await stored(fixture, "never arrived"), 1);
    assert.equal((await fixture.db.rows("select position from events where id = ?", [event])).length, 1);
    await checkLedger(fixture.db);
  });

  test("a COMMIT whose answer was lost is found and answered as usual", async () => {
    const fixture = await open();
    fixture.proxy.cutAtCommit({ when: "after" });
    const outcomes = await Promise.all(["one", "two", "three"].map((text) => say(fixture, `answer lost ${text}`)));
    assert.ok(outcomes.every((one) => !one.repeated));
    for (const text of ["one", "two", "three"]) assert.equal(await stored(fixture, `answer lost ${text}`), 1);
    await checkLedger(fixture.db);
  });

  test("when nobody can know, the caller is told so, and nothing is sent again", async () => {
    const [gone, kept] = [await open(), await open()];
    gone.proxy.cutAtCommit({ when: "before", away: true });
    kept.proxy.cutAtCommit({ when: "after", away: true });
    const unknown = { name: "Failure", code: "outcome_unknown", class: "ambiguous" };
    await Promise.all([gone, kept].map((fixture) => assert.rejects(say(fixture, "who knows"), unknown)));
    gone.proxy.back();
    kept.proxy.back();
    await Promise.all([gone, kept].map((fixture) => say(fixture, "and on")));
    assert.deepEqual([await stored(gone, "who knows"), await stored(kept, "who knows")], [0, 1]);
    assert.deepEqual([await stored(gone, "and on"), await stored(kept, "and on")], [1, 1]);
    await checkLedger(gone.db);
    await checkLedger(kept.db);
  });

  test("a line cut before the COMMIT leaves nothing behind", async () => {
    const fixture = await open();
    await fixture.db.rows("start transaction");
    await fixture.db.rows("select id from tasks where number = ? for update", [fixture.task]);
    const cut = assert.rejects(say(fixture, "cut off"), { code: "store_unavailable", class: "busy" });
    await waiting(fixture);
    fixture.proxy.cutAll();
    await cut;
    await fixture.db.rows("rollback");
    await say(fixture, "and on");
    assert.deepEqual([await stored(fixture, "cut off"), await stored(fixture, "and on")], [0, 1]);
  });

  test("a row that another holds for a moment is waited for", async () => {
    const fixture = await open();
    await fixture.db.rows("start transaction");
    await fixture.db.rows("select id from tasks where number = ? for update", [fixture.task]);
    const said = say(fixture, "waited");
    await waiting(fixture);
    await fixture.db.rows("rollback");
    await said;
    assert.equal(await stored(fixture, "waited"), 1);
  });

  test("a row that another holds for longer is tried again, with one effect, and holds up no other task", async () => {
    const fixture = await open();
    const other = await newTask(fixture.door);
    const waits = (): Promise<number> => counter(fixture, "Innodb_row_lock_waits");
    const before = await waits();
    await fixture.db.rows("start transaction");
    await fixture.db.rows("select id from tasks where number = ? for update", [fixture.task]);
    const held = say(fixture, "held up");
    await waiting(fixture);
    await say({ ...fixture, task: other }, "its neighbour");
    while ((await waits()) < before + 2);
    await waiting(fixture);
    assert.deepEqual([await stored(fixture, "held up"), await stored(fixture, "its neighbour")], [0, 1]);
    await fixture.db.rows("rollback");
    await held;
    assert.equal(await stored(fixture, "held up"), 1);
    await checkLedger(fixture.db);
  });

  test("the victim of a deadlock is tried again, with one effect", async () => {
    const fixture = await open();
    const second = await newTask(fixture.door);
    const lock = "select id from tasks where number = ? for update";
    await fixture.db.rows("create table weight (n int primary key) engine = innodb");
    await fixture.db.rows("start transaction");
    // The server gives up the transaction that changed less.
    await fixture.db.rows("insert into weight (n) select seq from seq_1_to_500");
    await fixture.db.rows(lock, [second]);
    const both = answered(fixture.door.execute(unit(ACME, message(fixture.task, "first half"), message(second, "second half"))));
    await waiting(fixture);
    assert.equal((await fixture.db.rows(lock, [fixture.task])).length, 1);
    await fixture.db.rows("rollback");
    await both;
    assert.deepEqual([await stored(fixture, "first half"), await stored(fixture, "second half")], [1, 1]);
    await fixture.db.rows("drop table weight");
    await checkLedger(fixture.db);
  });

  test("a server killed under load loses no answer and doubles none", async () => {
    const fixture = await open();
    const { door, task } = fixture;
    const answers = new Map<string, string>();
    const failures = new Set<string>();
    const halfway = Promise.withResolvers<void>();
    const down = Promise.withResolvers<void>();
    const send = async (text: string): Promise<void> => {
      const keyed = { ...unit(ACME, message(task, text)), key: { scope: "acme", key: text, payload: text, keepMs: 3_600_000 } };
      while (!answers.has(text)) {
        try {
          answers.set(text, (await answered(door.execute(keyed))).event);
          if (answers.size === 100) halfway.resolve();
        } catch (error) {
          failures.add((error as { code: string }).code);
          down.resolve();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    };
    const lanes = Array.from({ length: 10 }, async (_, lane) => {
      for (let n = 0; n < 40; n++) await send(`load ${lane} ${n};`);
    });
    await halfway.promise;
    await server?.kill();
    await down.promise;
    await server?.restart();
    await Promise.all(lanes);
    const db = await connect(`${fixture.url.replace(/:\d+\//, `:${new URL(server?.url("x") ?? "").port}/`)}`);
    const rows = await db.rows<{ id: string; changes: string }>("select id, changes from events where changes like '%load %'");
    await checkLedger(db);
    await db.close();
    assert.equal(rows.length, 400);
    const text = (changes: string): string => (JSON.parse(changes) as { message: { text: string } }).message.text;
    assert.deepEqual(new Map(rows.map((row) => [text(row.changes), row.id])).size, 400);
    for (const row of rows) assert.equal(answers.get(text(row.changes)), row.id);
    assert.deepEqual(
      [...failures].filter((code) => !["store_unavailable", "outcome_unknown"].includes(code)),
      [],
    );
  });
});
