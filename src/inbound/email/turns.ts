// The order in which the mails of a mailbox come to the door, however long each looks things up before.
import type { Door } from "../../core/ports.ts";

/** A mail's turn: it comes when the one before has been handed over, and is over when this one has, or never will be. */
export interface Turn {
  comes: Promise<void>;
  over(): void;
}

/** Gives one turn after the other. */
export function createTurns(): () => Turn {
  let last: Promise<void> = Promise.resolve();
  return () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const comes = last;
    last = promise;
    return { comes, over: resolve };
  };
}

/** The door as it opens in that turn. */
export function doorInTurn(door: Door, turn: Turn | undefined): Door {
  if (turn === undefined) return door;
  return {
    async execute(unit) {
      await turn.comes;
      const end = door.execute(unit);
      turn.over();
      return end;
    },
  };
}
