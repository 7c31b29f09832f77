// Dates as DateTime.Parse reads them in the invariant culture: ISO forms, month/day/year, and forms with names of months. Never guesses
// a century, and never fills in a day from the clock.
import { readDateTime } from "./times.ts";

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const LONGEST = 64;

const isNameOf = (names: readonly string[]): string => names.flatMap((name) => [name, name.slice(0, 3)]).join("|");
const MONTH = `(?<name>${isNameOf(MONTHS)})`;

/** What stands for the date, one after another. */
const DATES: readonly string[] = [
  String.raw`(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})`,
  String.raw`(?<month>\d{1,2})[-/.](?<day>\d{1,2})[-/.](?<year>\d{4})`,
  String.raw`(?<day>\d{1,2})[- ]${MONTH}[-, ] ?(?<year>\d{4})`,
  String.raw`${MONTH} (?<day>\d{1,2}),? (?<year>\d{4})`,
];
const WEEKDAY = `(?:(?<weekday>${isNameOf(DAYS)}),? )?`;
const TIME = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d{1,7}))?)?(?: ?(?<half>[ap]m))?`;
const ZONE = String.raw`(?: ?(?<zone>z|gmt|[-+]\d{1,2}(?::?\d\d)?))?`;
const FORMS = DATES.map((date) => new RegExp(`^${WEEKDAY}${date}(?:(?:t| )${TIME}${ZONE})?$`, "i"));

/** Milliseconds UTC, null for the year 1 that stands for no date, undefined for what is no date. A time without offset is in `timeZone`. */
export function parseClrDate(text: string, timeZone: string): number | null | undefined {
  const plain = text.length > LONGEST ? "" : text.trim().replace(/\s+/g, " ");
  for (const form of FORMS) {
    const groups = form.exec(plain)?.groups;
    if (groups !== undefined) return momentOf(groups, timeZone);
  }
  return undefined;
}

type Groups = Readonly<Record<string, string | undefined>>;

function momentOf(groups: Groups, timeZone: string): number | null | undefined {
  const { year = "", name, weekday } = groups;
  const month = name === undefined ? (groups["month"] ?? "") : String(indexOf(MONTHS, name) + 1);
  const day = `${year}-${two(month)}-${two(groups["day"] ?? "")}`;
  if (weekday !== undefined && new Date(`${day}T00:00:00Z`).getUTCDay() !== indexOf(DAYS, weekday)) return undefined;
  const time = timeOf(groups);
  return time === null ? undefined : readDateTime(day + time, timeZone);
}

/** Time and offset as XML Schema spells them, empty for none; null for a time that cannot be. */
function timeOf({ hour, minute = "", second = "00", fraction = "0", half, zone }: Groups): string | null {
  if (hour === undefined) return "";
  const at = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  if (Number(hour) > (half === undefined ? 23 : 12)) return null;
  return `T${two(String(at))}:${minute}:${second}.${fraction}${offsetOf(zone)}`;
}

function offsetOf(zone: string | undefined): string {
  if (zone === undefined) return "";
  if (/^[a-z]/i.test(zone)) return "Z";
  const [hours = "", minutes = "00"] = zone.includes(":") ? zone.slice(1).split(":") : [zone.slice(1, 3), zone.slice(3) || "00"];
  return `${zone.charAt(0)}${two(hours)}:${minutes}`;
}

const two = (digits: string): string => digits.padStart(2, "0");

function indexOf(names: readonly string[], given: string): number {
  return names.findIndex((name) => name.startsWith(given.toLowerCase()));
}

const KNOWN = new Set(
  [...MONTHS, ...DAYS].flatMap((name) => [name, name.slice(0, 3)]).concat("am", "pm", "a", "p", "t", "z", "gmt"),
);

/** Why .NET says that a text is no date. */
export function clrDateWrong(text: string): string {
  for (const { 0: word, index } of text.slice(0, 1_000).matchAll(/\p{L}+/gu)) {
    if (!KNOWN.has(word.toLowerCase()))
      return `The string was not recognized as a valid DateTime. There is an unknown word starting at index ${index}.`;
  }
  return "String was not recognized as a valid DateTime.";
}
