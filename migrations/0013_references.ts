// The reference a task has stands in its row. An index of references by task needs only those that were replaced: where the database can
// have such a one, giving a task its first reference writes to one tree less.
import type { Knex } from "knex";
import type { ColumnTypes } from "./tables.ts";

export async function up(knex: Knex, { partialIndexes }: ColumnTypes): Promise<void> {
  if (!partialIndexes) return;
  await knex.raw("create index if not exists task_references_replaced on task_references (task_id) where until is not null");
  await knex.raw("drop index if exists task_references_task");
}
