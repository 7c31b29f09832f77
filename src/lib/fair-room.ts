// A number of places that many share: who finds none waits, and of those that wait each party has its turn after the others, however
// many of one party do.
import type { Leave } from "./byte-room.ts";

export interface FairRoom {
  /** Resolves with a place when it is this party's turn; those of one party come in order. */
  enter(party: string): Promise<Leave>;
}

export function createFairRoom(places: number): FairRoom {
  /** The party whose turn is next stands first. */
  const waiting = new Map<string, ((leave: Leave) => void)[]>();
  let taken = 0;
  const take = (): Leave => {
    let mine = 1;
    taken += mine;
    return () => {
      taken -= mine;
      mine = 0;
      admit();
    };
  };
  const admit = (): void => {
    for (const [party, line] of waiting) {
      if (taken >= places) return;
      waiting.delete(party);
      const come = line.shift();
      // A party that has more stands behind the others, where this loop comes by again.
      if (line.length > 0) waiting.set(party, line);
      come?.(take());
    }
  };
  return {
    enter(party) {
      const { promise, resolve } = Promise.withResolvers<Leave>();
      const line = waiting.get(party) ?? [];
      line.push(resolve);
      waiting.set(party, line);
      admit();
      return promise;
    },
  };
}
