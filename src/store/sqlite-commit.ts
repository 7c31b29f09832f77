// What the ledger's thread does in a transaction. Only that thread loads it: the others, which read or copy, start without.
import type Database from "better-sqlite3";
import type { Unit } from "../core/ports.ts";
import { type BatchContext, type Rules, runBatch, type UnitEnd } from "./batch.ts";
import type { Session } from "./db.ts";
import { EMPTY_SITE, loadSite, siteVersion } from "./site-tables.ts";
import { inTransaction } from "./sqlite.ts";

/** Decides units and writes what they lead to, as one transaction. */
export type Commit = (units: readonly Unit[]) => Promise<UnitEnd[]>;

/** `rulesModule` is the address of a module that exports `rules`. */
export async function createCommit(
  { db, session }: { db: Database.Database; session: Session },
  { rulesModule, formats }: { rulesModule: string; formats: BatchContext["formats"] },
): Promise<Commit> {
  const { rules } = (await import(rulesModule)) as { rules: Rules };
  let site = EMPTY_SITE;
  return (units) =>
    inTransaction(db, async () => {
      if ((await siteVersion(session)) !== site.version) site = await loadSite(session);
      return runBatch(session, units, { rules, site, formats });
    });
}
