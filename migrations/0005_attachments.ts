// Files of tasks: one row each, and their bytes in pieces. A file is staged first and belongs to a task once an event took it over.
import type { Knex } from "knex";
import { type ColumnTypes, createTables, name, type Table } from "./tables.ts";

const TABLES: readonly Table[] = [
  [
    "attachments",
    (table) => {
      table.specificType("id", "char(36)").notNullable().primary();
      name(table, "provider").nullable();
      name(table, "name", 255).notNullable();
      name(table, "content_type", 255).notNullable();
      table.bigInteger("size").nullable();
      table.specificType("sha256", "char(64)").nullable();
      name(table, "state", 16).notNullable();
      table.integer("pieces").notNullable();
      table.bigInteger("task_id").nullable();
      table.specificType("event_id", "char(36)").nullable();
      name(table, "visible_to").nullable();
      table.bigInteger("created_at").notNullable();
      table.bigInteger("touched_at").notNullable();
      table.index(["task_id", "id"], "attachments_task");
      // Of those that are in no event there are few: the ones to be dropped are found at its beginning.
      table.index(["state", "touched_at"], "attachments_idle");
    },
  ],
  [
    "attachment_pieces",
    (table, types) => {
      table.specificType("attachment_id", "char(36)").notNullable();
      table.integer("number").notNullable();
      table.specificType("data", types.longBytes).notNullable();
      table.primary(["attachment_id", "number"]);
    },
  ],
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
}
