// What belongs to a task or ticket and goes with it, a bounded number of rows at a time, each found by key or index.
import type { Knex } from "knex";
import { referencesInForce } from "./rows.ts";

/** Raw forms under these positions, with their blobs. */
export async function dropRaw(work: Knex, positions: readonly number[]): Promise<void> {
  const blobs: { blob_id: string }[] = await work("raw_messages")
    .whereIn("position", positions)
    .whereNotNull("blob_id")
    .select("blob_id");
  await dropBlobs(
    work,
    blobs.map((row) => row.blob_id),
  );
  await work("raw_messages").whereIn("position", positions).delete();
}

/** The parts of these blobs. */
export async function dropBlobs(work: Knex, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await work("blobs").whereIn("id", ids).delete();
}

/** References of a task, those in force and those that were replaced. `past` is the column of its row. */
export async function dropReferences(work: Knex, { id, past }: { id: number; past: string }): Promise<void> {
  await work("task_references").where({ task_id: id }).whereNotNull("until").delete();
  for (const one of referencesInForce(past))
    await work("task_references")
      .where({ ...one, task_id: id })
      .delete();
}

/** Versions of the wide fields. */
export async function dropVersions(knex: Knex, subject: number, most: number): Promise<number> {
  const [table, column] = subject > 0 ? ["task_versions", "task_id"] : ["ticket_versions", "ticket_id"];
  const id = Math.abs(subject);
  const rows: { version: number }[] = await knex(table)
    .where({ [column]: id })
    .orderBy("version")
    .limit(most)
    .select("version");
  const last = rows.at(-1);
  return last === undefined
    ? 0
    : knex(table)
        .where({ [column]: id })
        .where("version", "<=", last.version)
        .delete();
}

/** Deliveries with their tries. */
export async function dropDeliveries(knex: Knex, subject: number, most: number): Promise<number> {
  const rows: { id: number }[] = await knex("deliveries").where({ subject }).orderBy("id").limit(most).select("id");
  return dropDeliveriesById(
    knex,
    rows.map((row) => row.id),
  );
}

/** Deliveries by their rows, with their tries. */
export async function dropDeliveriesById(knex: Knex, ids: readonly number[]): Promise<number> {
  if (ids.length === 0) return 0;
  await knex.transaction(async (work) => {
    await work("delivery_attempts").whereIn("delivery_id", ids).delete();
    await work("delivery_reports").whereIn("delivery_id", ids).delete();
    await work("deliveries").whereIn("id", ids).delete();
  });
  return ids.length;
}

/** Pieces of files dropped in one step: 2 MiB. */
const PIECES = 8;

/** Files of a task: some pieces of one at a time, the file with its last. */
export async function dropAttachments(knex: Knex, subject: number): Promise<number> {
  if (subject < 0) return 0;
  const file: { id: string } | undefined = await knex("attachments").where({ task_id: subject }).orderBy("id").first("id");
  if (file === undefined) return 0;
  const rows: { number: number }[] = await knex("attachment_pieces")
    .where({ attachment_id: file.id })
    .orderBy("number", "desc")
    .limit(PIECES)
    .select("number");
  const lowest = rows.at(-1);
  if (lowest === undefined) return knex("attachments").where({ id: file.id }).delete();
  return knex("attachment_pieces").where({ attachment_id: file.id }).where("number", ">=", lowest.number).delete();
}
