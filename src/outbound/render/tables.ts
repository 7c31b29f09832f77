// The two-way value tables of a System: our word to theirs and back.
import type { System } from "../../store/outgoing.ts";
import { failed } from "./ending.ts";
import { nearestWords } from "./nearest.ts";

type Tables = System["values"];

/**
 * Their word for `word` (or with `back` our word for theirs): the first pair that has it. What is not there is translated to
 * nothing; a word the table does not have becomes `otherwise`, or fails when that is not given. A table that is not there fails.
 */
export function translate(tables: Tables, back: boolean, args: readonly unknown[]): unknown {
  const [table, word, otherwise] = args;
  const call = back ? "ours" : "theirs";
  if (typeof table !== "string") throw failed(`${call}: the first argument is the name of a value table.`);
  const pairs = Object.hasOwn(tables, table) ? tables[table] : undefined;
  if (pairs === undefined) {
    throw failed(`${call}: the System has no value table "${table}".${nearestWords(table, Object.keys(tables))}`);
  }
  if (word === undefined || word === null) return otherwise;
  const wanted = String(word);
  const pair = pairs.find(([ours, theirs]) => (back ? theirs : ours) === wanted);
  if (pair !== undefined) return back ? pair[0] : pair[1];
  if (otherwise !== undefined) return otherwise;
  const known = pairs.map(([ours, theirs]) => (back ? theirs : ours));
  throw failed(
    `${call}: the value table "${table}" has no word "${wanted}" on ${back ? "their" : "our"} side.${nearestWords(wanted, known)}`,
  );
}
