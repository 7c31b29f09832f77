// Every secret of a mailbox, sealed as one.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasColumn("mailboxes", "secrets")) return;
  await knex.schema.alterTable("mailboxes", (table) => {
    table.text("secrets").nullable();
  });
}
