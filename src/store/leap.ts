// What a restored database does beside its backup: its positions go on far above all that anybody may have seen since, so that nobody
// takes what comes now for what is gone.

/** More than any gateway stores in a second, and what clocks that differ may add. */
const PER_SECOND = 50_000;
const AT_LEAST = 1_000_000;

/** How far positions leap when a backup of that time (milliseconds UTC) is put back now. */
export function leapOf(backupAt: number, now: number): number {
  return AT_LEAST + Math.ceil(Math.max(0, now - backupAt) / 1000) * PER_SECOND;
}

/**
 * The statements, for either database. The positions above `leap_from` and below `leap_to` belong to what is gone: a reader that stands
 * there is told so. Of an earlier leap nothing is remembered.
 */
export function leapStatements(leap: number): readonly string[] {
  if (!Number.isSafeInteger(leap)) throw new RangeError("a leap is a whole number");
  return [
    "delete from meta where name in ('leap_from', 'leap_to')",
    "insert into meta (name, value) select 'leap_from', value from meta where name = 'position'",
    `insert into meta (name, value) select 'leap_to', value + ${leap} from meta where name = 'position'`,
    `update meta set value = value + ${leap} where name = 'position'`,
  ];
}
