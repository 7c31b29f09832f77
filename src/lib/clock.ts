// The one source of "now". Everything that decides takes a Clock, so that tests can hold time still.

/** Gives the current time in milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/**
 * A clock for what is waited for: it goes on at its pace where the other is set back. Otherwise whatever was due in a minute would be
 * due in an hour and a minute. It is not the time of day.
 */
export function createSteadyClock(clock: Clock, elapsed: () => number = () => performance.now()): Clock {
  let ahead = Number.NEGATIVE_INFINITY;
  return () => {
    const since = elapsed();
    ahead = Math.max(ahead, clock() - since);
    return Math.round(since + ahead);
  };
}
