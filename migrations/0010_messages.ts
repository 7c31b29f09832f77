// Messages as they came: the raw form of what led to an event, beside what led to none (refused, repeated, set aside) and can be run again.
import type { Knex } from "knex";
import { addIndex, type ColumnTypes, createTables, name, type Table } from "./tables.ts";

const TABLES: readonly Table[] = [
  [
    "purging",
    (table) => {
      // A task, or minus a ticket, that is gone but for its parts, and where in its chain of events the taking away has come to.
      table.bigInteger("subject").notNullable().primary();
      table.bigInteger("position").notNullable();
    },
  ],
  [
    "raw_messages",
    (table, types) => {
      // The event it led to: added at the end, found by the task's own chain of events, so that no index is kept beside the key.
      table.specificType("position", types.bigKey).notNullable().primary();
      table.text("about").notNullable();
      table.bigInteger("bytes").notNullable();
      table.specificType("raw", types.longBytes).nullable();
      table.specificType("blob_id", "char(36)").nullable();
    },
  ],
  [
    "messages",
    (table, types) => {
      table.specificType("id", "char(36)").notNullable().primary();
      name(table, "kind", 16).notNullable();
      name(table, "state", 16).nullable();
      name(table, "channel", 16).notNullable();
      name(table, "holder", 16).nullable();
      name(table, "provider").nullable();
      name(table, "credential", 160).nullable();
      name(table, "code").nullable();
      table.text("detail").nullable();
      name(table, "task").nullable();
      name(table, "named_task", 128).nullable();
      name(table, "named_reference", 128).nullable();
      table.specificType("event_id", "char(36)").nullable();
      table.string("sender", 320).nullable();
      table.string("subject", 998).nullable();
      table.text("about", "mediumtext").notNullable();
      table.text("answer", "mediumtext").nullable();
      table.bigInteger("bytes").notNullable();
      table.specificType("raw", types.longBytes).nullable();
      table.specificType("blob_id", "char(36)").nullable();
      table.bigInteger("at").notNullable();
      // What somebody did about it.
      name(table, "handled_by", 160).nullable();
      table.bigInteger("handled_at").nullable();
      table.text("comment").nullable();
      table.index(["task", "id"], "messages_task");
      table.index(["named_task", "id"], "messages_named");
      table.index(["named_reference", "id"], "messages_reference");
      table.index(["kind", "state", "id"], "messages_state");
    },
  ],
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
  await addIndex(knex, { table: "task_references", index: "task_references_task", columns: ["task_id"] });
  await moveQuarantine(knex);
}

const STEP = 200;

/** Mails that were set aside are messages like others. A row that was copied is gone from there, so a second run goes on. */
async function moveQuarantine(knex: Knex): Promise<void> {
  if (!(await knex.schema.hasTable("quarantine"))) return;
  for (;;) {
    const rows: OldRow[] = await knex("quarantine").orderBy("id").limit(STEP);
    if (rows.length === 0) break;
    await knex.transaction(async (work) => {
      await work("messages").insert(rows.map(messageOf));
      await work("quarantine")
        .whereIn(
          "id",
          rows.map((row) => row.id),
        )
        .delete();
    });
  }
  await knex.schema.dropTable("quarantine");
}

interface OldRow {
  id: string;
  mailbox: string;
  reason: string;
  detail: string | null;
  message_id: string | null;
  sender: string | null;
  subject: string | null;
  uid_validity: string | null;
  uid: number | null;
  bytes: number;
  blob_id: string;
  at: number;
}

function messageOf({ id, mailbox, reason, detail, message_id: messageId, sender, subject, bytes, blob_id, at, ...row }: OldRow) {
  const about = { operation: "mail", place: mailbox, messageId, uidValidity: row.uid_validity, uid: row.uid };
  return {
    ...{ id, kind: "quarantined", state: "open", channel: "email", code: reason, detail, sender, subject },
    ...{ about: JSON.stringify(about), bytes, blob_id, at },
  };
}
