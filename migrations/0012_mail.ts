// Every secret of a mailbox, sealed as one; how the reading of each mailbox goes, and how its mails ended; and what mails lead to beside
// their events: what was spent of budgets, answers that are to be sent, what mail servers report of deliveries.
import type { Knex } from "knex";
import { addIndex, type ColumnTypes, createTables, name, type Table } from "./tables.ts";

const TABLES: readonly Table[] = [
  [
    "mailbox_states",
    (table) => {
      name(table, "mailbox").notNullable().primary();
      name(table, "state", 16).notNullable();
      table.bigInteger("since").notNullable();
      table.bigInteger("looked_at").nullable();
      table.bigInteger("mail_at").nullable();
      table.integer("waiting").notNullable();
      table.bigInteger("waiting_since").nullable();
      table.integer("failures").notNullable();
      table.bigInteger("failed_at").nullable();
      table.text("failure").nullable();
    },
  ],
  [
    "mailbox_counts",
    (table) => {
      name(table, "mailbox").notNullable();
      name(table, "outcome", 16).notNullable();
      table.bigInteger("mails").notNullable();
      table.primary(["mailbox", "outcome"]);
    },
  ],
  [
    "mailbox_tokens",
    (table) => {
      name(table, "mailbox").notNullable().primary();
      name(table, "stands_for").notNullable();
      table.text("refresh_token", "mediumtext").notNullable();
    },
  ],
  [
    "mail_budgets",
    (table) => {
      name(table, "id").notNullable().primary();
      table.integer("amount").notNullable();
      table.bigInteger("until").notNullable();
      table.index(["until"], "mail_budgets_until");
    },
  ],
  [
    "mail_answers",
    (table) => {
      table.specificType("id", "char(36)").notNullable().primary();
      name(table, "mailbox").notNullable();
      name(table, "kind", 16).notNullable();
      table.string("recipient", 320).notNullable();
      table.text("letter", "mediumtext").notNullable();
      name(table, "state", 16).notNullable();
      table.bigInteger("due_at").notNullable();
      table.integer("tries").notNullable();
      name(table, "code").nullable();
      table.text("note").nullable();
      table.bigInteger("created_at").notNullable();
      table.bigInteger("updated_at").notNullable();
      table.index(["state", "due_at"], "mail_answers_due");
      // Ids follow the time.
      table.index(["mailbox", "recipient", "created_at"], "mail_answers_to");
    },
  ],
  [
    "delivery_reports",
    (table) => {
      table.specificType("id", "char(36)").notNullable().primary();
      table.bigInteger("delivery_id").notNullable();
      name(table, "mailbox").notNullable();
      table.bigInteger("at").notNullable();
      name(table, "action", 16).notNullable();
      name(table, "status", 16).nullable();
      table.string("recipient", 320).nullable();
      table.text("diagnostic").nullable();
      // Which it was of the reports on its delivery, of which some in the middle are not kept.
      table.integer("number").notNullable().defaultTo(0);
      table.index(["delivery_id", "id"], "delivery_reports_delivery");
    },
  ],
];

/** By what kept messages and answers are looked through. Ids follow the time. */
const INDEXES = [
  { table: "messages", index: "messages_code", columns: ["code", "kind", "state", "id"] },
  { table: "messages", index: "messages_sender", columns: ["sender", "kind", "state", "id"] },
  { table: "mail_answers", index: "mail_answers_mailbox", columns: ["mailbox", "id"] },
  { table: "mail_answers", index: "mail_answers_state", columns: ["mailbox", "state", "id"] },
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
  for (const index of INDEXES) await addIndex(knex, index);
  if (!(await knex.schema.hasColumn("mailboxes", "secrets")))
    await knex.schema.alterTable("mailboxes", (table) => {
      table.text("secrets").nullable();
    });
  if (!(await knex.schema.hasColumn("delivery_reports", "number")))
    await knex.schema.alterTable("delivery_reports", (table) => {
      table.integer("number").notNullable().defaultTo(0);
    });
  if (!(await knex.schema.hasColumn("attachments", "inline_id")))
    await knex.schema.alterTable("attachments", (table) => {
      name(table, "inline_id", 255).nullable();
    });
}
