// Tickets in full: the persons they name, the list of their statuses, and the columns by which they are found.
import type { Knex } from "knex";
import { addIndex, type ColumnTypes, createTables, name, type Table } from "./tables.ts";

const TABLES: readonly Table[] = [
  [
    "persons",
    (table) => {
      name(table, "id").notNullable().primary();
      name(table, "name", 200).notNullable();
      name(table, "email", 320).nullable();
      name(table, "phone").nullable();
      name(table, "language", 35).nullable();
      name(table, "roles", 255).notNullable();
      table.index(["email", "id"], "persons_email");
    },
  ],
  [
    "ticket_statuses",
    (table) => {
      name(table, "name").notNullable().primary();
      table.text("settings").notNullable();
    },
  ],
];

/** What tickets are looked for by; it stands in the wide fields as well. */
const COLUMNS = { requester: 320, requester_person: 64, engineer_person: 64 } as const;

const INDEXES = {
  tickets_status: ["status", "id"],
  tickets_updated: ["updated_at", "id"],
  tickets_requester: ["requester", "id"],
  tickets_requester_person: ["requester_person", "id"],
  tickets_engineer_person: ["engineer_person", "id"],
} as const;

const AT_ONCE = 500;

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
  for (const [column, length] of Object.entries(COLUMNS)) {
    if (await knex.schema.hasColumn("tickets", column)) continue;
    await knex.schema.alterTable("tickets", (table) => {
      name(table, column, length).nullable();
    });
  }
  await fillRequesters(knex);
  for (const [index, columns] of Object.entries(INDEXES)) await addIndex(knex, { table: "tickets", index, columns });
}

interface Found {
  id: number;
  fields: string;
}

/** Of the tickets there are already. Written again after a crash it is the same. */
async function fillRequesters(knex: Knex): Promise<void> {
  for (let after = 0, more = true; more; ) {
    const found: Found[] = await knex("tickets")
      .join("ticket_versions", (on) => {
        on.on("ticket_versions.ticket_id", "tickets.id").andOn("ticket_versions.version", "tickets.version");
      })
      .where("tickets.id", ">", after)
      .orderBy("tickets.id")
      .limit(AT_ONCE)
      .select("tickets.id as id", "ticket_versions.fields as fields");
    await knex.transaction(async (tx) => {
      for (const { id, fields } of found) {
        const { requester } = JSON.parse(fields) as { requester?: string | null };
        if (requester) await tx("tickets").where({ id }).update({ requester });
      }
    });
    after = found.at(-1)?.id ?? after;
    more = found.length === AT_ONCE;
  }
}
