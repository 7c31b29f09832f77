// Identifiers that sort by the time they were made (UUID version 7, RFC 9562 section 5.7), so that an index on them
// only ever grows at its end.
import { randomUUIDv7 } from "node:crypto";

/** Draws a new identifier: 36 lower-case characters, different on every call. */
export type DrawId = () => string;

export const drawId: DrawId = () => randomUUIDv7();
