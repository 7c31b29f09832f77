// How long a mail server may take for what it was asked. One that sends a byte now and then is not silent, and would hold its mailbox for
// ever: so every command has a time, in proportion to what it brings.

/** Bytes in a millisecond that are waited for. */
const SLOWEST = 16;
/** So many times as long as a server may be silent, a command may take that brings next to nothing. */
const SILENCES = 3;

/** A command took longer than what it brings can take. */
export class TooSlow extends Error {
  override name = "TooSlow";
  readonly code = "TOO_SLOW";
}

/** What came in time; else `drop` is called, which ends the connection, and the promise rejects. */
export async function inTime<T>(
  command: Promise<T>,
  { bytes, silenceMs, drop }: { bytes: number; silenceMs: number; drop(): void },
): Promise<T> {
  const mostMs = silenceMs * SILENCES + bytes / SLOWEST;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new TooSlow(`the mail server took longer than ${Math.ceil(mostMs / 1000)} s for one answer`));
    drop();
  }, mostMs);
  timer.unref();
  return Promise.race([command, late]).finally(() => clearTimeout(timer));
}

/** Does one command after the other, each in its time. */
export type InTurn = <T>(bytes: number, command: () => Promise<T>) => Promise<T>;

/** The time of a command begins when those before it are over. */
export function createInTurn(silenceMs: number, drop: () => void): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (bytes, command) => {
    const mine = last.then(() => inTime(command(), { bytes, silenceMs, drop }));
    last = mine.catch(() => undefined);
    return mine;
  };
}
