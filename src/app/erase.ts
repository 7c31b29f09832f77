// Opens the database alone, erases a person in it, and sees that nothing of it is left in pages that were given back.
import type { Settings } from "../settings.ts";
import { openDialect } from "../store/dialect.ts";
import { type Erased, ERASE_TABLES, type EraseOptions, erase } from "../store/erase.ts";
import { migrate } from "../store/migrate.ts";

export { ERASE_TABLES };

/** Erases the words in the database of the settings. On SQLite it is refused while a gateway has it. */
export async function eraseIn(settings: Settings, options: Omit<EraseOptions, "knex">): Promise<Erased> {
  const dialect = await openDialect({
    url: settings.databaseUrl,
    rulesModule: "",
    formats: { ticket: settings.ticketFormat, task: settings.taskFormat },
    onDeath: () => undefined,
  });
  try {
    await migrate(dialect, () => undefined);
    await dialect.overwriteFreed();
    const erased = await erase({ ...options, knex: dialect.knex });
    if (!options.trial) await dialect.emptyLog();
    return erased;
  } finally {
    await dialect.close();
  }
}
