// Named places in the feed, how far it was purged, and the marks of what is only a test.
import type { Knex } from "knex";
import { addCounters, type ColumnTypes, createTables, name, type Table } from "./tables.ts";

const TABLES: readonly Table[] = [
  [
    "cursors",
    (table) => {
      name(table, "name").notNullable().primary();
      name(table, "holder", 160).notNullable();
      table.bigInteger("position").notNullable();
      table.bigInteger("updated_at").notNullable();
    },
  ],
];

/** What was there before was no test. */
async function addMark(knex: Knex, table: string): Promise<void> {
  if (await knex.schema.hasColumn(table, "test")) return;
  await knex.schema.alterTable(table, (altered) => {
    altered.integer("test").notNullable().defaultTo(0);
  });
}

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
  for (const table of ["providers", "events"]) await addMark(knex, table);
  await addCounters(knex, { purged: 0 });
}
