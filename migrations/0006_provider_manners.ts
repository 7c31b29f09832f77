// What a provider's SOAP system needs that others do not.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  if (await knex.schema.hasColumn("providers", "soap")) return;
  await knex.schema.alterTable("providers", (table) => {
    table.string("soap", 255).nullable();
  });
}
