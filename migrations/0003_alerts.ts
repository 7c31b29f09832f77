// Alerts: when one is raised, those that are, when each provider was last heard, and how far events were looked at for them.
import type { Knex } from "knex";
import type { ColumnTypes } from "./0001_start.ts";

type Build = (table: Knex.CreateTableBuilder, types: ColumnTypes) => void;

const name = (table: Knex.CreateTableBuilder, column: string, length = 64) => table.string(column, length);

const TABLES: readonly [string, Build][] = [
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
  for (const [table, build] of TABLES) {
    // A table that is there was left by a start that crashed: each is made by one statement, so it is whole.
    if (!(await knex.schema.hasTable(table))) await knex.schema.createTable(table, (builder) => build(builder, types));
  }
  // Nobody is warned of what was so before there were warnings: looking begins at the head.
  const head = (await knex("meta").where({ name: "position" }).first("value")) as { value: number };
  for (const counter of ["alerts_asked", "alerts_heard"]) {
    const there = await knex("meta").where({ name: counter }).first();
    if (!there) await knex("meta").insert({ name: counter, value: head.value });
  }
}
