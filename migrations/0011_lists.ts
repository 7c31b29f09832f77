// What lists of tasks are read by, and how many calls a credential may make.
import type { Knex } from "knex";
import { addIndex } from "./tables.ts";

/**
 * Each ends with the id: a page is read from where the one before ended, and nothing is sorted. A task is closed once and for all, mostly,
 * but goes through its other statuses with every second message: with the status in them each would have to be written again.
 */
const INDEXES = {
  tasks_provider_open: ["provider", "is_open", "id"],
  tasks_open: ["is_open", "id"],
  tasks_group_open: ["group_name", "is_open", "id"],
} as const;

export async function up(knex: Knex): Promise<void> {
  if (!(await knex.schema.hasColumn("credentials", "rate_limit")))
    await knex.schema.alterTable("credentials", (table) => {
      table.string("rate_limit", 32).nullable();
    });
  if (!(await knex.schema.hasColumn("tasks", "is_open")))
    await knex.schema.alterTable("tasks", (table) => {
      table.integer("is_open").notNullable().defaultTo(1);
    });
  await knex("tasks").where({ status: "closed" }).update({ is_open: 0 });
  for (const [index, columns] of Object.entries(INDEXES)) await addIndex(knex, { table: "tasks", index, columns });
}
