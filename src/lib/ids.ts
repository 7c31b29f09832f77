// Identifiers that sort by the time they were made (UUID version 7, RFC 9562 section 5.7), so that an index on them
// only ever grows at its end. They rise also within a millisecond, and when the clock is set back.
import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "./clock.ts";

/** Draws a new identifier: 36 lower-case characters, different on every call, each above the one before. */
export type DrawId = () => string;

/** The 12 bits behind the time count up (section 6.2, method 1). They begin in the lower half, so that there is room. */
const COUNTER_START = 0x800;
const COUNTER_END = 0x1000;
const POOL_BYTES = 4096;
/** Hex digits of one identifier that are drawn at random. */
const RANDOM_DIGITS = 16;
/** The first of them says the variant as well: 10 in binary, then two bits at random. */
const VARIANTS = "89ab89ab89ab89ab";

/** Makes identifiers of a clock's time; where that falls back, they stay at the latest there was. */
export function createDrawId(clock: Clock): DrawId {
  const random = createRandom();
  let last = -1;
  let head = "";
  let counter = 0;
  const begin = (time: number): void => {
    last = time;
    const hex = time.toString(16).padStart(12, "0");
    head = `${hex.slice(0, 8)}-${hex.slice(8)}-`;
    counter = Number.parseInt(random().slice(1, 4), 16) % COUNTER_START;
  };
  return () => {
    const now = clock();
    counter += 1;
    if (now > last) begin(now);
    else if (counter === COUNTER_END) begin(last + 1);
    const tail = random();
    const variant = VARIANTS[Number.parseInt(tail.charAt(0), 16)];
    return `${head}${(0x7000 | counter).toString(16)}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
  };
}

/** Random bytes drawn in stock: asking for a few each time costs more than all the rest. */
function createRandom(): () => string {
  let pool = "";
  let at = 0;
  return () => {
    if (at === pool.length) {
      pool = randomBytes(POOL_BYTES).toString("hex");
      at = 0;
    }
    at += RANDOM_DIGITS;
    return pool.slice(at - RANDOM_DIGITS, at);
  };
}

export const drawId: DrawId = createDrawId(systemClock);
