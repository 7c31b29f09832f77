// Reads a file of records line by line, without ever holding more than one line: NDJSON as `export` writes it.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { ImportRecord } from "../core/import-record.ts";
import { fileError } from "../lib/file-error.ts";

/** Longest line, in characters. */
const MOST_CHARACTERS = 8_000_000;

/** A line of the file: a record, something else that an export holds, or what is wrong with it. */
export type Line = { number: number } & ({ record: ImportRecord } | { site: object } | { wrong: string });

/** Says what is wrong with a record; null when nothing is. */
export type CheckRecord = (record: { kind: "ticket" | "task" }) => string | null;

export interface LinesOptions {
  /** `-` is standard input. */
  file: string;
  /** First line looked at, counted from 1. */
  from: number;
  check: CheckRecord;
}

/** The lines that say something, in order. Throws when the file cannot be read. */
export async function* readLines({ file, from, check }: LinesOptions): AsyncGenerator<Line> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  let number = 0;
  try {
    // An error of the stream does not reach whoever waits for lines: it is handed on here.
    const failed = new Promise<never>((_resolve, reject) => input.once("error", (error) => reject(fileError(file, error))));
    failed.catch(() => undefined);
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
    for (let next = await Promise.race([lines.next(), failed]); !next.done; next = await Promise.race([lines.next(), failed])) {
      number += 1;
      if (number < from) continue;
      const line = lineOf(number === 1 ? next.value.replace(/^\ufeff/, "") : next.value, check);
      if (line) yield { number, ...line };
    }
  } finally {
    input.destroy();
  }
}

type Content = { record: ImportRecord } | { site: object } | { wrong: string };

function lineOf(text: string, check: CheckRecord): Content | null {
  if (text.trim() === "") return null;
  if (text.length > MOST_CHARACTERS) return { wrong: `longer than ${MOST_CHARACTERS} characters` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { wrong: `no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  return typeof value === "object" && value !== null && "kind" in value
    ? contentOf(value as { kind: string }, check)
    : { wrong: NO_KIND };
}

const NO_KIND = 'a record is an object with "kind": "ticket" or "kind": "task"';

function contentOf(value: { kind: string; site?: object }, check: CheckRecord): Content | null {
  if (value.kind === "export") return null;
  if (value.kind === "site") return { site: value.site ?? {} };
  if (value.kind !== "ticket" && value.kind !== "task") return { wrong: NO_KIND };
  const record = value as ImportRecord;
  const wrong = check(record);
  return wrong === null ? { record } : { wrong };
}
