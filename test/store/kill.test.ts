// What was answered survives the death of the gateway's process at any moment: it is stored, and stored once.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { IDLE_MS, startAttachmentPurge } from "../../src/store/attachment-purge.ts";
import { killAfter, startChild } from "../helpers/children.ts";
import { checkLedger } from "../helpers/ledger-check.ts";
import { lacking } from "../helpers/packages.ts";
import {
  connect,
  type Environment,
  mariadbEnvironment,
  newTask,
  openTestStore,
  sqliteEnvironment,
  START,
} from "../helpers/store.ts";
import type { Staged, Written } from "../helpers/writer.ts";

const KILLS = 3;

interface EventRow {
  id: string;
  changes: string;
  fields: string | null;
}

function killing(name: string, openEnvironment: () => Promise<Environment>, skip: string | false): void {
  suite(`a killed gateway on ${name}`, { skip }, () => {
    let environment: Environment | undefined;
    before(async () => {
      environment = await openEnvironment();
    });
    after(() => environment?.close());

    test("every answer is stored once, whenever it was killed", { timeout: 60_000 }, async (context) => {
      const url = (await environment?.createDatabase()) ?? "";
      const first = await openTestStore(url);
      const tasks = [await newTask(first.door), await newTask(first.door), await newTask(first.door)];
      await first.close();
      const written: Written[] = [];
      for (let kill = 1; kill <= KILLS; kill++) {
        const answers = 1 + Math.floor(Math.random() * 200);
        context.diagnostic(`killed after ${answers} answers`);
        written.push(...(await killAfter({ kind: "write", url, name: `k${kill}`, tasks, units: 1_000_000, width: 16 }, answers)));
      }
      const last = await openTestStore(url);
      const db = await connect(url);
      await newTask(last.door);
      await last.close();
      await checkLedger(db);
      const rows = await db.rows<EventRow>(
        "select e.id, e.changes, v.fields from events e left join task_versions v on v.task_id = e.task_id and v.version = e.task_version where e.kind = 'task'",
      );
      await db.close();
      const stored = new Map(rows.map((row) => [row.id, row]));
      for (const { event, text } of written) {
        const row = stored.get(event);
        assert.ok(row?.changes.includes(text) || row?.fields?.includes(text), `${text} is stored`);
      }
      const texts = rows.flatMap(({ changes }) => /"text":"(k\d-\d+)"/.exec(changes)?.[1] ?? []);
      assert.equal(new Set(texts).size, texts.length, "no unit is stored twice");
    });

    test("a file it was killed over is in no task, and goes when its hour is over", async (context) => {
      const url = (await environment?.createDatabase()) ?? "";
      const child = startChild({ kind: "stage", url });
      const told = await child.lines<Staged>((_, count) => {
        if (count === 12) child.process.kill("SIGKILL");
      });
      const last = await openTestStore(url);
      context.after(() => last.close());
      const { id, pieces } = told.at(-1) ?? { id: "", pieces: 0 };
      assert.deepEqual(await last.store.attachments.idle(START - 1, 10), []);
      const [idle] = await last.store.attachments.idle(START, 10);
      assert.ok(idle?.id === id && idle.pieces >= pieces, "what was answered is stored");
      const dropped = Promise.withResolvers<string>();
      const purge = startAttachmentPurge({
        ...{ door: last.door, views: last.store.attachments, clock: () => START + IDLE_MS },
        ...{ onDropped: dropped.resolve, onError: dropped.reject },
      });
      assert.equal(await dropped.promise, id);
      await purge.stop();
      const db = await connect(url);
      assert.deepEqual(await db.rows("select id from attachments"), []);
      assert.deepEqual(await db.rows("select number from attachment_pieces"), []);
      await db.close();
    });
  });
}

killing("SQLite", sqliteEnvironment, false);
killing("MariaDB", mariadbEnvironment, lacking("mariadb"));
