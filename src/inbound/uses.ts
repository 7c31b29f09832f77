// Remembers which credentials were shown since it was last asked, and when. A note costs a call next to nothing and is never waited for.
import type { Clock } from "../lib/clock.ts";
import { dropOldest } from "./limits.ts";

export interface Uses {
  /** Notes that a credential let somebody in now. */
  note(credential: string): void;
  /** Hands over what is not yet kept; it is noted still when `keep` fails. */
  flush(keep: (uses: ReadonlyMap<string, number>) => Promise<void>): Promise<void>;
  /** What is not yet kept, in milliseconds UTC. */
  recent(): ReadonlyMap<string, number>;
}

/** Credentials that are noted at once; clients of an issuer have no other bound. */
const MOST = 10_000;

export function createUses(clock: Clock): Uses {
  let uses = new Map<string, number>();
  let beingKept: ReadonlyMap<string, number> = new Map();
  return {
    note(credential) {
      if (uses.size >= MOST && !uses.has(credential)) dropOldest(uses);
      uses.set(credential, clock());
    },
    async flush(keep) {
      if (uses.size === 0) return;
      beingKept = uses;
      uses = new Map();
      try {
        await keep(beingKept);
      } catch (error) {
        for (const [credential, at] of beingKept) if (!uses.has(credential)) uses.set(credential, at);
        throw error;
      } finally {
        beingKept = new Map();
      }
    },
    recent: () => new Map([...beingKept, ...uses]),
  };
}
