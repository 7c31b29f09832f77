// Turns runs into figures and figures into the table. Pure: it prints nothing and opens no file.
import type { Measured } from "./wrk.ts";

/** One run of one subject. `stored` are the events it led to, null where nothing is kept. */
export interface Run extends Measured {
  subject: string;
  connections: number;
  stored: number | null;
}

/** One line of the table: medians over the rounds, with the least and the most. */
export interface Row {
  subject: string;
  connections: number;
  perSecond: number;
  least: number;
  most: number;
  p50: number;
  p99: number;
  errors: number;
  /** Against the raw server at the same connections; null when that was not measured. */
  ratio: number | null;
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The number that this share of all is not above, by the nearest rank. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** One row for each subject and number of connections, in the order they first ran. `rawOf` names what a subject is measured by. */
export function rowsOf(runs: readonly Run[], rawOf: (subject: string) => string): Row[] {
  const groups = Map.groupBy(runs, ({ subject, connections }) => `${subject} ${connections}`);
  const rows = [...groups.values()].map((group) => rowOf(group));
  return rows.map((row) => {
    const measure = rows.find((one) => one.subject === rawOf(row.subject) && one.connections === row.connections);
    return { ...row, ratio: measure ? row.perSecond / measure.perSecond : null };
  });
}

function rowOf(runs: readonly Run[]): Row {
  const speeds = runs.map((one) => one.perSecond);
  return {
    subject: runs[0]?.subject ?? "",
    connections: runs[0]?.connections ?? 0,
    perSecond: median(speeds),
    least: Math.min(...speeds),
    most: Math.max(...speeds),
    p50: median(runs.map((one) => one.p50)),
    p99: median(runs.map((one) => one.p99)),
    errors: runs.reduce((sum, one) => sum + one.refused + one.broken, 0),
    ratio: null,
  };
}

/**
 * What does not add up. Every call answered with success has its event. At the end of a run wrk drops the calls under way,
 * one for each connection at most: those may be stored without having been counted, so stored may be that much more.
 */
export function disagreements(runs: readonly Run[]): string[] {
  return runs.flatMap(({ subject, connections, answers, refused, stored }) => {
    const good = answers - refused;
    if (stored === null || (stored >= good && stored <= good + connections)) return [];
    return [`${subject}, ${connections} connections: ${good} calls were answered with success, ${stored} events were stored`];
  });
}

const HEAD = ["subject", "conns", "requests/s", "min-max", "p50 ms", "p99 ms", "errors", "of raw"];

/** The table as text. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.subject,
    String(row.connections),
    whole(row.perSecond),
    `${whole(row.least)}-${whole(row.most)}`,
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    String(row.errors),
    row.ratio === null ? "-" : row.ratio.toFixed(2),
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...cells.map((line) => line[column]?.length ?? 0)));
  const lineOf = (line: readonly string[]): string =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ");
  return [HEAD, ...cells].map(lineOf).join("\n");
}

function whole(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}
