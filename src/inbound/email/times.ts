// Points in time as partners write them in a mail. Never guesses: what is not plainly a time is none.

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * Milliseconds UTC of an ISO 8601 date and time (a space may stand for the `T`), or null. Without an offset it is read in
 * `timeZone`, an IANA name; an hour the clocks skip counts as the one after, one they repeat as the first.
 */
export function readTime(text: string, timeZone: string): number | null {
  const found = text.trim().match(TIME);
  if (!found) return null;
  const local = `${found[1]}T${found[2]?.replace(",", ".")}`;
  try {
    if (found[3]) return Temporal.Instant.from(local + found[3].toUpperCase()).epochMilliseconds;
    return Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
