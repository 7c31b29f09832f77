// Takes records in through the door, the same way from a running gateway and from the command line. The same record a second time
// changes nothing, however the task has gone on since.
import { digestOf } from "../lib/digest.ts";
import { isRefusal } from "./commands/command.ts";
import { Failure, refusalText } from "./errors.ts";
import { commandOf, type ImportRecord } from "./import-record.ts";
import type { Actor, Door, Outcome } from "./ports.ts";

export interface ImportOptions {
  door: Door;
  caller: Actor;
  /** Whether what is here already becomes what a changed record says. */
  update: boolean;
  /** Says what would happen, and changes nothing. */
  trial: boolean;
}

/** What became of one record. `code` and `detail` tell why it was refused. */
export interface ImportResult {
  kind: ImportRecord["kind"];
  number: string;
  /** `imported` is what was new or, with update, has changed. */
  result: "imported" | "unchanged" | "refused";
  code: string | null;
  detail: string | null;
}

/** How long the digest of a record is remembered; after that what is here is compared field by field. */
const KEEP_MS = 400 * 24 * 60 * 60_000;

/** Takes the records in, tickets first, and tells of each in the order given. Rejects when the store is out of reach. */
export async function importRecords(options: ImportOptions, records: readonly ImportRecord[]): Promise<ImportResult[]> {
  const results = new Map<ImportRecord, ImportResult>();
  // Units of one moment may be committed side by side: a task must not overtake its ticket.
  for (const kind of ["ticket", "task"]) {
    const some = records.filter((one) => one.kind === kind);
    await Promise.all(some.map(async (one) => results.set(one, await importOne(options, one))));
  }
  return records.flatMap((one) => results.get(one) ?? []);
}

async function importOne({ door, caller, update, trial }: ImportOptions, record: ImportRecord): Promise<ImportResult> {
  const { kind, number } = record;
  const command = commandOf(record, update);
  if (isRefusal(command)) return refused(record, command.code, refusalText(command));
  const key = { scope: "import", key: `${kind} ${number}`, payload: digestOf(record), keepMs: KEEP_MS, replaces: update };
  try {
    const outcome = await door.execute({ commands: [command], caller, channel: "import", key, ...(trial ? { trial } : {}) });
    if (outcome.status === "refused") return refusedBy(outcome, record);
    const written = outcome.repeated ? 0 : (outcome.results[0]?.events.length ?? 0);
    return { kind, number, result: written === 0 ? "unchanged" : "imported", code: null, detail: null };
  } catch (error) {
    // The store may be back in a moment, and the records may be sent again: only what will fail again is the record's own fault.
    if (!(error instanceof Failure) || error.class !== "permanent") throw error;
    return refused(record, error.code, "It could not be stored. Perhaps another event has the id of one of its history.");
  }
}

function refusedBy({ refusal }: Extract<Outcome, { status: "refused" }>, record: ImportRecord): ImportResult {
  if (refusal.code !== "key_reused") return refused(record, refusal.code, refusalText(refusal));
  return refused(
    record,
    "import_differs",
    "The record has changed since it was imported. Import it with update to take it over.",
  );
}

function refused({ kind, number }: ImportRecord, code: string, detail: string): ImportResult {
  return { kind, number, result: "refused", code, detail };
}
