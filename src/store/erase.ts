// Takes a person out of everything that is kept, in place and in small steps. Ids, numbers, positions and times stay: folding the
// events still gives the tasks.
import type { Knex } from "knex";
import { COMMAND_LINE } from "../lib/by.ts";
import { audit } from "./audit.ts";
import { createEraser, type Eraser } from "./erase-words.ts";

type Content = "text" | "json" | "bytes";

/** Where words of people may stand. */
interface Place {
  table: string;
  key: readonly string[];
  columns: Readonly<Record<string, Content>>;
}

const PLACES: readonly Place[] = [
  { table: "persons", key: ["id"], columns: { name: "text", email: "text", phone: "text" } },
  { table: "tickets", key: ["id"], columns: { requester: "text" } },
  { table: "ticket_versions", key: ["ticket_id", "version"], columns: { fields: "json" } },
  { table: "task_versions", key: ["task_id", "version"], columns: { fields: "json" } },
  { table: "events", key: ["position"], columns: { changes: "json" } },
  { table: "alerts", key: ["name"], columns: { says: "text" } },
  { table: "deliveries", key: ["id"], columns: { note: "text", comment: "text" } },
  { table: "delivery_attempts", key: ["delivery_id", "number"], columns: { detail: "text", request: "text", answer: "text" } },
  { table: "delivery_reports", key: ["id"], columns: { recipient: "text", diagnostic: "text" } },
  { table: "mail_answers", key: ["id"], columns: { recipient: "text", letter: "json", note: "text" } },
  { table: "raw_messages", key: ["position"], columns: { about: "json", raw: "bytes" } },
  {
    table: "messages",
    key: ["id"],
    columns: { detail: "text", sender: "text", subject: "text", about: "json", answer: "text", raw: "bytes", comment: "text" },
  },
  { table: "attachments", key: ["id"], columns: { name: "text" } },
  // That something was changed, when and by whom, stays: the law wants it. What it said of the person goes.
  { table: "audit_log", key: ["id"], columns: { state_before: "json", state_after: "json" } },
];

export interface EraseOptions {
  knex: Knex;
  words: readonly string[];
  /** Counts, and changes nothing. */
  trial: boolean;
  /** Begins with this table: what comes before it was done by a run that was stopped. */
  from: string | null;
  signal: AbortSignal;
  now: number;
  /** Told after every step. */
  onStep(table: string, looked: number): void;
}

/** What was found: rows by table. `stoppedAt` is the table to go on with; null when all was looked at. */
export interface Erased {
  rows: Readonly<Record<string, number>>;
  /** Messages whose encoding hides words: they were not looked through. */
  hidden: number;
  stoppedAt: string | null;
}

export const ERASE_TABLES: readonly string[] = [...PLACES.map(({ table }) => table), "blobs"];

/** Erases in every place, one after another. Again and again it changes nothing more. */
export async function erase(options: EraseOptions): Promise<Erased> {
  const { knex, from, trial, signal, now } = options;
  const eraser = createEraser(options.words);
  const rows: Record<string, number> = {};
  const found = { hidden: 0 };
  for (const table of ERASE_TABLES.slice(from === null ? 0 : ERASE_TABLES.indexOf(from))) {
    const place = PLACES.find((one) => one.table === table);
    rows[table] = await (place ? inTable(options, place, { eraser, found }) : inBlobs(options, { eraser, found }));
    if (signal.aborted) return { rows, hidden: found.hidden, stoppedAt: table };
  }
  // Whom it was about is what must not be kept.
  if (!trial)
    await knex.transaction((tx) =>
      audit(tx, now, [{ by: COMMAND_LINE, kind: "persons", name: "a person", deed: "erased", after: rows }]),
    );
  return { rows, hidden: found.hidden, stoppedAt: null };
}

const ROWS = 200;
type Row = Record<string, string | number | Buffer | null>;

interface Tools {
  eraser: Eraser;
  found: { hidden: number };
}

async function inTable({ knex, trial, signal, onStep }: EraseOptions, place: Place, tools: Tools): Promise<number> {
  const { table, key } = place;
  let [changed, looked] = [0, 0];
  for (let last: Row | undefined; !signal.aborted; ) {
    const rows: Row[] = await after(knex, place, last);
    last = rows.at(-1);
    if (last === undefined) break;
    const changes = rows.flatMap((row) => {
      const values = changesOf(row, place, tools);
      return values === null ? [] : [{ row, values }];
    });
    if (!trial && changes.length > 0)
      await knex.transaction(async (tx) => {
        for (const { row, values } of changes) await tx(table).where(keyOf(row, key)).update(values);
      });
    changed += changes.length;
    looked += rows.length;
    onStep(table, looked);
  }
  return changed;
}

/** The next rows in the order of the key. */
async function after(knex: Knex, { table, key, columns }: Place, last: Row | undefined): Promise<Row[]> {
  const [first = "", second] = key;
  const query = knex(table)
    .select(...key, ...Object.keys(columns))
    .limit(ROWS);
  for (const one of key) query.orderBy(one);
  if (last === undefined) return query;
  if (second === undefined) return query.where(first, ">", last[first] ?? 0);
  return query.where((either) =>
    either
      .where(first, ">", last[first] ?? 0)
      .orWhere((same) => same.where(first, last[first] ?? 0).where(second, ">", last[second] ?? 0)),
  );
}

function keyOf(row: Row, key: readonly string[]): Record<string, string | number> {
  return Object.fromEntries(key.map((one) => [one, row[one] as string | number]));
}

function changesOf(row: Row, { columns }: Place, { eraser, found }: Tools): Row | null {
  const changes = Object.entries(columns).flatMap(([column, content]): [string, string | Buffer][] => {
    const value = row[column] ?? null;
    if (value === null) return [];
    if (content === "bytes" && isHidden(value as Buffer)) found.hidden += 1;
    const after = content === "bytes" ? eraser.bytes(value as Buffer) : eraser[content](String(value));
    return after === null ? [] : [[column, after]];
  });
  return changes.length === 0 ? null : Object.fromEntries(changes);
}

/** Packed, or in an encoding of mails that breaks words up. */
function isHidden(bytes: Buffer): boolean {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return packed || /^content-transfer-encoding:\s*(base64|quoted-printable)/im.test(bytes.toString("latin1"));
}

/** Long messages lie in parts: a word may stand across two, so each is looked through whole. */
async function inBlobs({ knex, trial, signal, onStep }: EraseOptions, { eraser, found }: Tools): Promise<number> {
  let [changed, looked] = [0, 0];
  for (let last = ""; !signal.aborted; ) {
    const first: { id: string } | undefined = await knex("blobs").where("id", ">", last).orderBy("id").first("id");
    if (!first) break;
    last = first.id;
    const parts: { part: number; data: Buffer }[] = await knex("blobs")
      .where({ id: last })
      .orderBy("part")
      .select("part", "data");
    const whole = Buffer.concat(parts.map(({ data }) => data));
    if (isHidden(whole)) found.hidden += 1;
    const after = eraser.bytes(whole);
    if (after !== null) changed += 1;
    if (after !== null && !trial) await rewrite(knex, last, { after, size: parts[0]?.data.length ?? after.length });
    onStep("blobs", ++looked);
  }
  return changed;
}

async function rewrite(knex: Knex, id: string, { after, size }: { after: Buffer; size: number }): Promise<void> {
  const most = Math.max(size, 1024);
  await knex.transaction(async (tx) => {
    await tx("blobs").where({ id }).delete();
    for (let part = 0; part * most < after.length || part === 0; part += 1)
      await tx("blobs").insert({ id, part, data: after.subarray(part * most, (part + 1) * most) });
  });
}
