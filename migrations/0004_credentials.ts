// Credentials of systems that can send no API key: what is sealed of them and their networks, and the nonces they have used up.
import type { Knex } from "knex";
import { type ColumnTypes, createTables, type Table } from "./tables.ts";

/** Added one by one, so that a crash between two leaves nothing that a second run would trip over. */
const COLUMNS = ["sealed", "networks"] as const;

const TABLES: readonly Table[] = [
  [
    "nonces",
    (table) => {
      table.bigInteger("expires_at").notNullable();
      table.specificType("id", "char(64)").notNullable();
      // The time comes first: rows are added at the end and purged at the beginning, and no second index is needed for either.
      table.primary(["expires_at", "id"]);
    },
  ],
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  for (const column of COLUMNS) {
    if (await knex.schema.hasColumn("credentials", column)) continue;
    await knex.schema.alterTable("credentials", (table) => {
      table.text(column).nullable();
    });
  }
  await createTables(knex, types, TABLES);
}
