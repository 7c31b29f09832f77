// Alerts: when one is raised, those that are, when each provider was last heard, and how far events were looked at for them.
import type { Knex } from "knex";
import { addCounters, type ColumnTypes, createTables, headOf, name, type Table } from "./tables.ts";

const TABLES: readonly Table[] = [
  [
    "alert_rules",
    (table) => {
      name(table, "name").notNullable().primary();
      table.text("settings", "mediumtext").notNullable();
    },
  ],
  [
    "alerts",
    (table) => {
      name(table, "name", 191).notNullable().primary();
      name(table, "kind", 32).notNullable();
      name(table, "system_name").nullable();
      name(table, "provider").nullable();
      table.bigInteger("task_id").nullable();
      table.bigInteger("since").notNullable();
      table.text("says").notNullable();
      table.bigInteger("position").notNullable();
    },
  ],
  [
    "provider_heard",
    (table) => {
      name(table, "provider").notNullable().primary();
      table.bigInteger("heard_at").nullable();
      table.bigInteger("asked_at").nullable();
    },
  ],
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
  // Nobody is warned of what was so before there were warnings: looking begins at the head.
  const head = await headOf(knex);
  await addCounters(knex, { alerts_asked: head, alerts_heard: head });
}
