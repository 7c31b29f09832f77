// Every secret of a mailbox, sealed as one; how the reading of each mailbox goes, and how its mails ended.
import type { Knex } from "knex";
import { type ColumnTypes, createTables, name, type Table } from "./tables.ts";

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
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
  if (await knex.schema.hasColumn("mailboxes", "secrets")) return;
  await knex.schema.alterTable("mailboxes", (table) => {
    table.text("secrets").nullable();
  });
}
