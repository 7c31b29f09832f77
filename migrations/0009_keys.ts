// How long credentials hold, what they are for and which keys they have; who signs tokens; and what was changed by whom.
import type { Knex } from "knex";
import { type ColumnTypes, createTables, name, type Table } from "./tables.ts";

/** Added one by one, so that a crash between two leaves nothing that a second run would trip over. */
const COLUMNS: readonly (readonly [column: string, add: (table: Knex.AlterTableBuilder, column: string) => void])[] = [
  ["scopes", (table, column) => table.text(column).nullable()],
  ["not_before", (table, column) => table.bigInteger(column).nullable()],
  ["expires_at", (table, column) => table.bigInteger(column).nullable()],
  ["key_versions", (table, column) => table.text(column).nullable()],
];

const TABLES: readonly Table[] = [
  [
    "credential_uses",
    (table) => {
      // Longer than a credential's own id: that of a token has its issuer and client in it.
      name(table, "credential", 160).notNullable().primary();
      table.bigInteger("last_used_at").notNullable();
    },
  ],
  [
    "issuers",
    (table) => {
      name(table, "name").notNullable().primary();
      table.text("settings", "longtext").notNullable();
    },
  ],
  [
    "audit_log",
    (table) => {
      table.bigIncrements("id");
      table.bigInteger("at").notNullable().index("audit_log_at");
      name(table, "who", 160).notNullable();
      name(table, "address", 64).nullable();
      name(table, "request_id", 128).nullable();
      name(table, "kind", 32).notNullable();
      name(table, "name", 160).notNullable();
      name(table, "deed", 32).notNullable();
      table.text("state_before", "mediumtext").nullable();
      table.text("state_after", "mediumtext").nullable();
      table.index(["who", "id"], "audit_log_who");
      table.index(["kind", "name", "id"], "audit_log_what");
    },
  ],
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  for (const [column, add] of COLUMNS) {
    if (await knex.schema.hasColumn("credentials", column)) continue;
    await knex.schema.alterTable("credentials", (table) => add(table, column));
  }
  await createTables(knex, types, TABLES);
}
