// How every step makes its tables and counters, so that it may run again after a crash in its middle. It is no step itself.
import type { Knex } from "knex";

/** Column types that the databases spell differently. */
export interface ColumnTypes {
  /** 64-bit whole number that serves as primary key (on SQLite the row id itself, so that no second tree is kept). */
  bigKey: string;
  /** Bytes up to 4 GiB. */
  longBytes: string;
  /** Whether an index can have some of the rows alone. */
  partialIndexes: boolean;
}

/** A table by its name, and its columns. */
export type Table = readonly [name: string, build: (table: Knex.CreateTableBuilder, types: ColumnTypes) => void];

/** A column for a short word, `length` characters at most. */
export const name = (table: Knex.CreateTableBuilder, column: string, length = 64) => table.string(column, length);

/** Makes the tables that are not there. */
export async function createTables(knex: Knex, types: ColumnTypes, tables: readonly Table[]): Promise<void> {
  for (const [table, build] of tables) {
    // An index is a statement of its own: an empty table may be one that a crash left without them, so it is made anew.
    const there = await knex.schema.hasTable(table);
    if (there && (await knex(table).first())) continue;
    if (there) await knex.schema.dropTable(table);
    await knex.schema.createTable(table, (builder) => build(builder, types));
  }
}

/** Adds the counters that are not there, each with its first value. */
export async function addCounters(knex: Knex, counters: Readonly<Record<string, number>>): Promise<void> {
  for (const [counter, value] of Object.entries(counters)) {
    const there = await knex("meta").where({ name: counter }).first();
    if (!there) await knex("meta").insert({ name: counter, value });
  }
}

/** The position of the newest event: where looking begins for what has no business with the past. */
export async function headOf(knex: Knex): Promise<number> {
  return ((await knex("meta").where({ name: "position" }).first("value")) as { value: number }).value;
}

/** Adds an index unless it is there. Neither database tells in a way the other knows, so it is tried. */
export async function addIndex(
  knex: Knex,
  { table, index, columns }: { table: string; index: string; columns: readonly string[] },
): Promise<void> {
  try {
    await knex.schema.alterTable(table, (builder) => {
      builder.index([...columns], index);
    });
  } catch (error) {
    if (!/already exists|duplicate key name/i.test(error instanceof Error ? error.message : "")) throw error;
  }
}
