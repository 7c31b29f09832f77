// Dates and times of a message, as XML Schema part 2 spells them. Never guesses a moment it cannot read.

const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b && code !== 0x0c);

/** Without the white space of XML at both ends. By hand: an expression for the end tries again at each space of a long run. */
export function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from += 1;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)?$/;
const LONGEST_DATE_TIME = 64;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Clock {
  year: number;
  month: number;
  day: number;
  /** Milliseconds since midnight, up to and including 24:00. */
  time: number;
}

/**
 * A dateTime or date as milliseconds UTC. Without offset it is local time in `timeZone` (IANA); a time that the clock
 * skips counts forward over the gap, one that comes twice means the first. The year 1 stands for "no value": .NET
 * proxies send `0001-01-01T00:00:00` for a dateTime that nobody set.
 */
export function readDateTime(text: string, timeZone: string): number | null | undefined {
  const parts = text.length > LONGEST_DATE_TIME ? null : DATE_TIME.exec(trim(text));
  if (parts === null) return undefined;
  const clock = readClock(parts);
  if (clock === undefined) return undefined;
  const offset = readOffset(parts[8]);
  if (offset === undefined) return undefined;
  if (clock.year === 1) return null;
  return offset === null ? localTime(clock, timeZone) : utc(clock) - offset * MINUTE;
}

function readClock(parts: RegExpExecArray): Clock | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const fraction = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
  // 24:00:00 is the one spelling of the hour 24 (section 3.2.7.1).
  if (hour > 24 || minute > 59 || second > 59 || time > DAY) return undefined;
  const clock = { year, month, day, time };
  const date = new Date(utc({ ...clock, time: 0 }));
  return year > 0 && date.getUTCMonth() + 1 === month && date.getUTCDate() === day ? clock : undefined;
}

/** Minutes east of UTC, null without an offset, undefined for one beyond 14 hours. */
function readOffset(text: string | undefined): number | null | undefined {
  if (text === undefined) return null;
  if (text === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  if (Number(text.slice(4, 6)) > 59 || minutes > 14 * 60) return undefined;
  return text.startsWith("-") ? -minutes : minutes;
}

function utc({ year, month, day, time }: Clock): number {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, day) + time;
}

function localTime({ year, month, day, time }: Clock, timeZone: string): number {
  const midnight = new Temporal.PlainDateTime(year, month, day);
  return midnight.add({ milliseconds: time }).toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
}

const DATE = /^\d{4}-\d\d-\d\d(?:Z|[+-]\d\d:\d\d)?$/;

/** A date alone, as the moment its day begins, by the rules of `readDateTime`. */
export function readDate(text: string, timeZone: string): number | null | undefined {
  return text.length <= LONGEST_DATE_TIME && DATE.test(trim(text)) ? readDateTime(text, timeZone) : undefined;
}
