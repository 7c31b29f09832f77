// Writes lines to a stream that may be slow, full or gone, without ever waiting for it: what it does not take is kept up to a bound,
// then lost and counted. Whoever writes must never stand still or fall because nobody reads.
import type { Writable } from "node:stream";

export interface LineWriter {
  line(text: string): void;
  /** Hands on now what was gathered. */
  flush(): void;
  /** Lines that were lost so far. */
  lost(): number;
}

export interface LineOptions {
  /** Most bytes that wait for the stream. Default 8 MiB. */
  mostBytes?: number;
  /** The stream takes lines again after so many were lost. Gives a line that says so. */
  onLost(lines: number): string;
}

/** Lines go on in one piece per turn of the event loop: a write for each would cost more than the line itself. */
export function createLineWriter(stream: Writable, { mostBytes = 8 * 1024 * 1024, onLost }: LineOptions): LineWriter {
  let waiting = "";
  let count = 0;
  let lost = 0;
  let told = 0;
  const write = (text: string, lines: number, missing: number): void => {
    told += missing;
    stream.write(missing > 0 ? `${onLost(missing)}\n${text}` : text, (error) => {
      if (!error) return;
      // What a full disk refuses comes back as an error of this one write.
      lost += lines;
      told -= missing;
    });
  };
  const flush = (): void => {
    const [text, lines] = [waiting, count];
    waiting = "";
    count = 0;
    if (lines === 0) return;
    if (!stream.writable || stream.writableLength > mostBytes) lost += lines;
    else write(text, lines, stream.writableLength === 0 ? lost - told : 0);
  };
  // Without a listener the first error, such as a pipe that was closed, would end the process.
  stream.on("error", () => undefined);
  return {
    line(text) {
      if (count === 0) setImmediate(flush);
      waiting += `${text}\n`;
      count += 1;
    },
    flush,
    lost: () => lost,
  };
}
