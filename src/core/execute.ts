// The door: gives a unit its time and event ids, once, and hands it to the ledger.
import type { Clock } from "../lib/clock.ts";
import type { DrawId } from "../lib/ids.ts";
import { specOf } from "./commands/registry.ts";
import type { Door, Outcome, SideWrite, Unit } from "./ports.ts";

/** What the door needs behind it. Resolves after the commit, never before. */
export interface LedgerPort {
  commit(unit: Unit): Promise<Outcome>;
}

export function createDoor(ledger: LedgerPort, clock: Clock, drawId: DrawId): Door {
  return {
    execute(input) {
      let wanted = 0;
      for (const command of input.commands) {
        const spec = specOf(command);
        wanted += spec.eventsOf?.(command) ?? spec.mostEvents;
      }
      const ids: string[] = [];
      while (ids.length < wanted) ids.push(drawId());
      return ledger.commit({ ...input, at: clock(), ids });
    },
  };
}

/** Writes what belongs to no command, in the gateway's own name: who receives messages gives no command that way. */
export function writeBeside(door: Door, side: SideWrite): Promise<Outcome> {
  return door.execute({ commands: [], caller: { kind: "gateway" }, channel: "gateway", side });
}
