// What lists of tasks are read by, and how many calls a credential may make.
import type { Knex } from "knex";
import { addIndex } from "./tables.ts";

/** Each ends with the id: a page is read from where the one before ended, and nothing is sorted. None changes with a message. */
const INDEXES = {
  tasks_provider_status: ["provider", "status", "id"],
  tasks_status: ["status", "id"],
  tasks_group_status: ["group_name", "status", "id"],
} as const;

export async function up(knex: Knex): Promise<void> {
  if (!(await knex.schema.hasColumn("credentials", "rate_limit")))
    await knex.schema.alterTable("credentials", (table) => {
      table.string("rate_limit", 32).nullable();
    });
  for (const [index, columns] of Object.entries(INDEXES)) await addIndex(knex, { table: "tasks", index, columns });
}
