// The first tables: site, tickets, tasks, events, duplicates, mail. Each step may run again after a crash in its middle.
import type { Knex } from "knex";
import { addCounters, type ColumnTypes, createTables, name, type Table } from "./tables.ts";

const TABLES: readonly Table[] = [
  [
    "meta",
    (table) => {
      name(table, "name").notNullable().primary();
      table.bigInteger("value").notNullable();
    },
  ],
  [
    "providers",
    (table) => {
      name(table, "name").notNullable().primary();
      name(table, "time_zone").notNullable();
      table.bigInteger("repeat_window_ms").notNullable();
    },
  ],
  [
    "assignment_groups",
    (table) => {
      name(table, "name").notNullable().primary();
      name(table, "provider").nullable();
      name(table, "new_assignment", 255).nullable();
      name(table, "update_message", 255).nullable();
      name(table, "closure", 255).nullable();
      name(table, "return_group").nullable();
      name(table, "late", 16).notNullable();
      table.integer("closure_on_withdrawal").notNullable();
      table.integer("restart_without_reference").notNullable();
    },
  ],
  [
    "credentials",
    (table) => {
      name(table, "id").notNullable().primary();
      name(table, "kind", 16).notNullable();
      name(table, "holder", 16).notNullable();
      name(table, "provider").nullable();
      table.string("user_name", 320).nullable();
      table.string("hash", 255).nullable();
    },
  ],
  [
    "mailboxes",
    (table) => {
      name(table, "name").notNullable().primary();
      table.text("settings").notNullable();
      table.text("password").notNullable();
    },
  ],
  [
    "mailbox_positions",
    (table) => {
      name(table, "mailbox").notNullable().primary();
      name(table, "uid_validity", 20).notNullable();
      table.bigInteger("last_uid").notNullable();
    },
  ],
  [
    "leases",
    (table) => {
      name(table, "name").notNullable().primary();
      name(table, "holder").notNullable();
      table.bigInteger("lease_until").notNullable();
    },
  ],
  [
    "tickets",
    (table, types) => {
      table.specificType("id", types.bigKey).notNullable().primary();
      name(table, "number").notNullable().unique();
      name(table, "status", 16).notNullable();
      table.integer("version").notNullable();
      table.bigInteger("last_position").notNullable();
      table.bigInteger("created_at").notNullable();
      table.bigInteger("updated_at").notNullable();
    },
  ],
  [
    "ticket_versions",
    (table) => {
      table.bigInteger("ticket_id").notNullable();
      table.integer("version").notNullable();
      table.text("fields", "longtext").notNullable();
      table.primary(["ticket_id", "version"]);
    },
  ],
  [
    "tasks",
    (table, types) => {
      table.specificType("id", types.bigKey).notNullable().primary();
      name(table, "number").notNullable().unique();
      table.bigInteger("ticket_id").notNullable().index("tasks_ticket");
      name(table, "status", 16).notNullable();
      name(table, "group_name").notNullable();
      name(table, "provider").nullable();
      table.text("past").notNullable();
      table.integer("version").notNullable();
      table.bigInteger("last_position").notNullable();
      table.binary("digests").notNullable();
      table.bigInteger("created_at").notNullable();
      table.bigInteger("updated_at").notNullable();
      table.index(["provider", "id"], "tasks_provider");
    },
  ],
  [
    "task_versions",
    (table) => {
      table.bigInteger("task_id").notNullable();
      table.integer("version").notNullable();
      table.text("fields", "longtext").notNullable();
      table.primary(["task_id", "version"]);
    },
  ],
  [
    "task_references",
    (table) => {
      name(table, "provider").notNullable();
      name(table, "reference", 128).notNullable();
      table.bigInteger("task_id").notNullable();
      table.bigInteger("since").notNullable();
      table.bigInteger("until").nullable();
      table.primary(["provider", "reference", "task_id"]);
    },
  ],
  [
    "events",
    (table, types) => {
      table.specificType("position", types.bigKey).notNullable().primary();
      table.specificType("id", "char(36)").notNullable().unique();
      name(table, "kind", 8).notNullable();
      name(table, "type", 32).notNullable();
      table.bigInteger("ticket_id").notNullable();
      table.integer("ticket_version").notNullable();
      table.bigInteger("task_id").nullable();
      table.integer("task_version").nullable();
      table.bigInteger("previous").nullable();
      name(table, "status", 16).nullable();
      name(table, "group_name").nullable();
      name(table, "holder").nullable();
      name(table, "reference", 128).nullable();
      name(table, "provider").nullable();
      name(table, "request_type", 32).nullable();
      name(table, "direction", 3).nullable();
      name(table, "app", 32).nullable();
      name(table, "process", 255).nullable();
      name(table, "channel", 16).notNullable();
      name(table, "actor", 160).notNullable();
      table.bigInteger("at").notNullable();
      table.text("changes", "longtext").notNullable();
    },
  ],
  [
    "receipts",
    (table) => {
      name(table, "scope", 160).notNullable();
      name(table, "receipt_key", 255).notNullable();
      name(table, "payload").notNullable();
      table.text("outcome").notNullable();
      table.bigInteger("expires_at").notNullable().index("receipts_expiry");
      table.primary(["scope", "receipt_key"]);
    },
  ],
  [
    "blobs",
    (table, types) => {
      table.specificType("id", "char(36)").notNullable();
      table.integer("part").notNullable();
      table.specificType("data", types.longBytes).notNullable();
      table.primary(["id", "part"]);
    },
  ],
  [
    "quarantine",
    (table) => {
      table.specificType("id", "char(36)").notNullable().primary();
      name(table, "mailbox").notNullable();
      name(table, "reason", 64).notNullable();
      table.text("detail").nullable();
      table.string("message_id", 998).nullable();
      table.string("sender", 320).nullable();
      table.string("subject", 998).nullable();
      name(table, "uid_validity", 20).nullable();
      table.bigInteger("uid").nullable();
      table.bigInteger("bytes").notNullable();
      table.specificType("blob_id", "char(36)").notNullable();
      table.bigInteger("at").notNullable().index("quarantine_at");
    },
  ],
];

export async function up(knex: Knex, types: ColumnTypes): Promise<void> {
  await createTables(knex, types, TABLES);
  await addCounters(knex, { position: 0, config: 0, ticket_number: 0, task_number: 0 });
}
