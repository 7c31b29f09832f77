// When each credential was last shown, to the minute: written beside the calls themselves, some time later, and never in their way.
import type { Knex } from "knex";
import type { Beside, Reader } from "./db.ts";
import { runBeside } from "./knex-clients.ts";

export interface CredentialUses {
  /** Keeps the times, in milliseconds UTC, by the id of the credential. */
  write(uses: ReadonlyMap<string, number>): Promise<void>;
  read(): Promise<ReadonlyMap<string, number>>;
}

/** Rows of one statement. */
const STEP = 200;
/** What was not used for so long is forgotten: clients of an issuer may be many, and none is ever removed. */
const FORGOTTEN_MS = 400 * 24 * 60 * 60_000;

export function createCredentialUses(knex: Knex, reader: Reader, beside: Beside): CredentialUses {
  return {
    async write(uses) {
      const rows = [...uses].map(([credential, at]) => ({ credential, last_used_at: at }));
      for (let from = 0; from < rows.length; from += STEP)
        await runBeside(
          beside,
          knex("credential_uses")
            .insert(rows.slice(from, from + STEP))
            .onConflict("credential")
            .merge(["last_used_at"]),
        );
      const latest = Math.max(...uses.values());
      if (rows.length > 0)
        await runBeside(
          beside,
          knex("credential_uses")
            .where("last_used_at", "<", latest - FORGOTTEN_MS)
            .delete(),
        );
    },
    async read() {
      const rows = await reader.all<{ credential: string; last_used_at: number }>("select * from credential_uses");
      return new Map(rows.map((row) => [row.credential, Number(row.last_used_at)]));
    },
  };
}
