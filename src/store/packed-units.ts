// Units on their way to the database thread: packed so that they cost the least on both sides, and unpacked there as they were.
import type { Unit } from "../core/ports.ts";
import { bytesOf } from "./attachments.ts";

/**
 * Units travel as JSON text, which costs half of what a structured copy does; those with bytes in them as they are. Long raw forms lie
 * beside the text: a copy costs a tenth of what it takes to write them as JSON and to read that again.
 */
export type PackedUnits = string | readonly Unit[] | UnitsBeside;

/** `texts` has the long raw forms, by the place of their units. */
interface UnitsBeside {
  json: string;
  texts: readonly (string | null)[];
}

const LONG = 4096;

/** Packs units for `postMessage`. */
export function packUnits(units: readonly Unit[]): PackedUnits {
  if (units.some(({ side }) => bytesOf(side))) return units;
  if (!units.some(hasLongRaw)) return JSON.stringify(units);
  const texts = units.map((unit) => (hasLongRaw(unit) ? (unit.raw?.text ?? null) : null));
  return { json: JSON.stringify(units.map((unit, place) => (texts[place] === null ? unit : withText(unit, "")))), texts };
}

/** Gives the units that were packed. */
export function unpackUnits(packed: PackedUnits): readonly Unit[] {
  if (typeof packed === "string") return JSON.parse(packed) as Unit[];
  if (!("texts" in packed)) return packed;
  return (JSON.parse(packed.json) as Unit[]).map((unit, place) => withText(unit, packed.texts[place] ?? null));
}

const hasLongRaw = ({ raw }: Unit): boolean => raw !== undefined && raw.text.length > LONG;

function withText(unit: Unit, text: string | null): Unit {
  return text === null || unit.raw === undefined ? unit : { ...unit, raw: { ...unit.raw, text } };
}
