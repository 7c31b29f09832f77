// The ledger's engine on MariaDB: batches in transactions, and the question after a lost COMMIT.
import { setTimeout as delay } from "node:timers/promises";
import type { Pool } from "mysql2/promise";
import type { Unit } from "../core/ports.ts";
import { type BatchContext, type Rules, runBatch, type UnitEnd } from "./batch.ts";
import { type Session, StoreError } from "./db.ts";
import type { Engine } from "./engine.ts";
import type { LedgerMeter } from "./ledger-meter.ts";
import { inTransaction } from "./mysql.ts";
import { EMPTY_SITE, loadSite, siteVersion } from "./site-tables.ts";

/** How often and how far apart (ms) the database is asked whether a batch was stored before we say that nobody knows. */
const ASK = { times: 5, pauseMs: 400 };

/** Many units share the round trips of a batch. */
const BATCH_UNITS = 256;

export interface MysqlEngineOptions {
  pool: Pool;
  rules: Rules;
  formats: BatchContext["formats"];
  lanes: number;
  meter: LedgerMeter;
}

export function mysqlEngine({ pool, rules, formats, lanes, meter }: MysqlEngineOptions): Engine {
  let site = EMPTY_SITE;
  const run = async (session: Session, units: readonly Unit[]): Promise<UnitEnd[]> => {
    if ((await siteVersion(session)) !== site.version) site = await loadSite(session);
    return runBatch(session, units, { rules, site, formats });
  };
  return {
    lanes,
    batchUnits: BATCH_UNITS,
    inOrder: false,
    async commit(units) {
      const startedAt = performance.now();
      const ends = await commitOrAsk(pool, (session) => run(session, units));
      const workMs = performance.now() - startedAt;
      meter.committed(units.length, workMs);
      return { ends, workMs };
    },
    // The connections are others' too: who opened them closes them.
    close: async () => undefined,
  };
}

async function commitOrAsk(pool: Pool, work: (session: Session) => Promise<UnitEnd[]>): Promise<UnitEnd[]> {
  let ends: UnitEnd[] = [];
  try {
    return await inTransaction(pool, async (session) => {
      ends = await work(session);
      return ends;
    });
  } catch (error) {
    if (error instanceof StoreError && error.kind === "commit_lost") return afterLostCommit(pool, ends, error);
    throw error;
  }
}

/**
 * The connection broke while the answer to COMMIT was awaited. The counter's lock is taken first: a commit still under way
 * at the server holds it, so that "not stored" is said only when it can no longer become stored.
 */
async function afterLostCommit(pool: Pool, ends: UnitEnd[], lost: StoreError): Promise<UnitEnd[]> {
  const ids = ends
    .flatMap((end) => ("outcome" in end && end.outcome.status === "done" && !end.outcome.repeated ? end.outcome.results : []))
    .flatMap((one) => one.events);
  const [id] = ids;
  if (id === undefined) throw lost;
  for (let attempt = 1; attempt <= ASK.times; attempt++) {
    const stored = await isStored(pool, id).catch(() => undefined);
    if (stored === true) return ends;
    if (stored === false) throw new StoreError("conflict", lost.cause);
    await delay(ASK.pauseMs * attempt);
  }
  throw lost;
}

function isStored(pool: Pool, id: string): Promise<boolean> {
  return inTransaction(pool, async (session) => {
    await session.all("select value from meta where name = 'position' for update");
    const rows = await session.all("select id from events where id = ?", [id]);
    return rows.length > 0;
  });
}
