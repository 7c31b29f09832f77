// Setting up a database: from nothing, after a crash in its middle, and never against one that a newer version made.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { suite, test } from "node:test";
import { type Connection, connect, DESK, done, type Environment, newTask, openTestStore, unit } from "../../helpers/store.ts";

/** The tables and indexes there are, by name. */
async function shape(url: string, db: Connection): Promise<string[]> {
  const sql = url.startsWith("sqlite:")
    ? "select tbl_name as t, name as n from sqlite_master where sql is not null"
    : "select table_name as t, index_name as n from information_schema.statistics where table_schema = database()";
  return (await db.rows<{ t: string; n: string }>(sql)).map((one) => `${one.t}.${one.n}`).toSorted();
}

export function migrations(environment: () => Environment): void {
  suite("migrations", () => {
    const opened = async (url: string): Promise<string[]> => {
      const store = await openTestStore(url);
      const db = await connect(url);
      try {
        await newTask(store.door);
        return await shape(url, db);
      } finally {
        await store.close();
        await db.close();
      }
    };

    test("a database set up by a newer version is refused, and not touched", async () => {
      const url = await environment().createDatabase();
      await opened(url);
      const db = await connect(url);
      await db.rows("insert into migrations (name, finished_at) values ('0999_from_the_future', 1)");
      const before = await db.rows("select name from migrations order by name");
      await assert.rejects(openTestStore(url), /newer version of Crossdesk \(it has 0999_from_the_future\)/);
      assert.deepEqual(await db.rows("select name from migrations order by name"), before);
      await db.rows("delete from migrations where name = '0999_from_the_future'");
      await db.close();
      await opened(url);
    });

    test("a first set-up that crashed in its middle is completed, with every index", async () => {
      const whole = await opened(await environment().createDatabase());
      const url = await environment().createDatabase();
      if (url.startsWith("sqlite:")) mkdirSync(dirname(url.slice("sqlite:".length)), { recursive: true });
      const db = await connect(url);
      // What a crash leaves: a counter table with one counter, and a table whose indexes were still to come.
      await db.rows("create table meta (name varchar(64) not null, value bigint not null, primary key (name))");
      await db.rows("insert into meta (name, value) values ('position', 0)");
      await db.rows("create table events (position bigint not null, id char(36) not null, primary key (position))");
      await db.close();
      assert.deepEqual(await opened(url), whole);
    });

    test("columns that a crash left half added are completed", async () => {
      const url = await environment().createDatabase();
      const whole = await opened(url);
      const db = await connect(url);
      const columns = async () => Object.keys((await db.rows<object>("select * from credentials"))[0] ?? {}).toSorted();
      const before = await columns();
      await db.rows("delete from migrations where name = '0004_credentials'");
      await db.rows("alter table credentials drop column networks");
      await db.rows("drop table nonces");
      assert.deepEqual(await opened(url), whole);
      assert.deepEqual(await columns(), before);
      await db.close();
    });

    test("tickets of an earlier version are found by what they had", async () => {
      const url = await environment().createDatabase();
      const store = await openTestStore(url);
      const fields = { subject: "Old", requester: "ada@example.com" };
      await done(store.door.execute(unit(DESK, { type: "create_ticket", number: "OLD-1", fields })));
      await store.close();
      const db = await connect(url);
      const whole = await shape(url, db);
      // As a crash leaves it: a column is missing, what it holds was not written, an index is there already.
      await db.rows("delete from migrations where name = '0007_ticketing'");
      await db.rows(url.startsWith("sqlite:") ? "drop index tickets_updated" : "drop index tickets_updated on tickets");
      await db.rows("update tickets set requester = null");
      assert.deepEqual(await opened(url), whole);
      const rows = await db.rows<{ requester: string }>("select requester from tickets where number = 'OLD-1'");
      assert.deepEqual(rows, [{ requester: "ada@example.com" }]);
      await db.close();
    });

    test("a database that was set up before is left as it is", async () => {
      const url = await environment().createDatabase();
      assert.deepEqual(await opened(url), await opened(url));
    });
  });
}
