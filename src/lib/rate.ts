// How many calls in which time, as settings and the site document write it: `600/60`.

/** So many calls in so many seconds; as many at once at the most. */
export interface RateRule {
  calls: number;
  seconds: number;
}

/** Reads `<calls>/<seconds>`; null for anything else. */
export function parseRate(text: string): RateRule | null {
  const [, calls, seconds] = /^([1-9]\d{0,5})\/([1-9]\d{0,4})$/.exec(text) ?? [];
  return calls === undefined ? null : { calls: Number(calls), seconds: Number(seconds) };
}

/** The text it was read from. */
export function rateText({ calls, seconds }: RateRule): string {
  return `${calls}/${seconds}`;
}
