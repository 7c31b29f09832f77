// Numbers that were given elsewhere: those made here go on behind them. Without it the first number made after a take-over would
// be looked for one by one through all that are taken.
import type { Knex } from "knex";

export interface NumberFormats {
  ticket: string;
  task: string;
}

/** Raises the counter of a kind behind the highest of these numbers that has the form of the ones made here. */
export async function passOver(knex: Knex, format: string, kind: "ticket" | "task", numbers: readonly string[]): Promise<void> {
  const highest = Math.max(0, ...numbers.map((one) => runningNumber(format, one)));
  if (highest === 0) return;
  await knex("meta")
    .where({ name: `${kind}_number` })
    .where("value", "<", highest)
    .update({ value: highest });
}

/** The running number in a number of this format; 0 when it has another form. */
function runningNumber(format: string, number: string): number {
  const [before = "", after = ""] = format.split("{n}");
  if (!number.startsWith(before) || !number.endsWith(after)) return 0;
  const digits = number.slice(before.length, number.length - after.length);
  // Beyond this no counter of ours comes, and numbers would no longer be exact.
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : 0;
}
