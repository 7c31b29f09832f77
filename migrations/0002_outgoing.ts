// The outgoing way: Systems and mappings, their queues, deliveries with every try. Each step may run again after a crash.
import type { Knex } from "knex";
import { addCounters, type ColumnTypes, createTables, headOf, name, type Table } from "./tables.ts";

const TABLES: readonly Table[] = [
  [
    "systems",
    (table) => {
      name(table, "name").notNullable().primary();
      table.text("settings", "longtext").notNullable();
      table.text("secrets", "longtext").notNullable();
    },
  ],
  [
    "mappings",
    (table) => {
      name(table, "name").notNullable().primary();
      name(table, "system_name").notNullable();
      table.text("settings", "longtext").notNullable();
      table.bigInteger("since").notNullable();
    },
  ],
  [
    "delivery_queues",
    (table) => {
      name(table, "system_name").notNullable().primary();
      table.integer("held").notNullable();
      table.bigInteger("held_from").nullable();
      table.bigInteger("held_until").nullable();
      table.text("note").nullable();
      table.bigInteger("updated_at").notNullable();
    },
  ],
  [
    "deliveries",
    (table, types) => {
      table.specificType("id", types.bigKey).notNullable().primary();
      table.specificType("delivery_key", "char(36)").notNullable().index("deliveries_key");
      name(table, "system_name").notNullable();
      name(table, "mapping").notNullable();
      table.bigInteger("position").notNullable();
      table.bigInteger("subject").notNullable();
      name(table, "state", 16).notNullable();
      table.integer("is_open").notNullable();
      table.integer("attempts").notNullable();
      table.integer("tries").notNullable();
      table.bigInteger("due_at").notNullable();
      name(table, "code").nullable();
      table.text("note").nullable();
      table.bigInteger("created_at").notNullable();
      table.bigInteger("updated_at").notNullable();
      // Who retried or acknowledged it last, and with which words. Tries never touch these.
      name(table, "handled_by").nullable();
      table.bigInteger("handled_at").nullable();
      table.text("comment").nullable();
      table.index(["system_name", "state", "due_at", "id"], "deliveries_due");
      table.index(["system_name", "is_open", "subject", "id"], "deliveries_open");
      table.index(["subject", "id"], "deliveries_subject");
      // For interface monitoring: what a queue holds is counted, and pages are read newest first, among a million that are done.
      table.index(["system_name", "state", "subject", "code"], "deliveries_line");
      table.index(["state", "id"], "deliveries_state");
      table.index(["system_name", "id"], "deliveries_system");
    },
  ],
  [
    "delivery_attempts",
    (table) => {
      table.bigInteger("delivery_id").notNullable();
      table.integer("number").notNullable();
      table.bigInteger("at").notNullable();
      table.integer("ms").notNullable();
      name(table, "class", 16).notNullable();
      name(table, "code").notNullable();
      table.text("detail").nullable();
      table.text("request", "longtext").notNullable();
      table.text("answer", "longtext").nullable();
      table.primary(["delivery_id", "number"]);
    },
  ],
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
  // What happened before there was a way out is nobody's business outside: the fan-out begins at the head.
  await addCounters(knex, { fanout: await headOf(knex), delivery: 0 });
}
