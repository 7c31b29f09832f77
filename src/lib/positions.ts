// Counting positions of the feed, which leap once when a backup is put back (`src/store/leap.ts`).

/** Positions between which nothing ever is. */
export interface Leap {
  from: number;
  to: number;
}

/** How many positions there are above `after`, up to the head; none when it is above. */
export function countAfter(after: number, head: number, leap: Leap | null): number {
  const leapt = leap !== null && after <= leap.from && head >= leap.to ? leap.to - leap.from : 0;
  return Math.max(0, head - after - leapt);
}

/** The position that is so many before the head, 0 at least. */
export function positionBefore(head: number, count: number, leap: Leap | null): number {
  const leapt = leap !== null && head >= leap.to && head - count < leap.to ? leap.to - leap.from : 0;
  return Math.max(0, head - count - leapt);
}
