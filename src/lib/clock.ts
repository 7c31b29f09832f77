// The one source of "now". Everything that decides takes a Clock, so that tests can hold time still.

/** Gives the current time in milliseconds since 1970-01-01T00:00:00Z. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
