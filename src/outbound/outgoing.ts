// The outgoing way as a whole: one fan-out, and for each active System one loop of deliveries. It follows the site when that changes.
import type { Deliveries } from "./deliver.ts";
import type { Worker } from "../lib/worker.ts";
import type { System } from "../store/outgoing.ts";
import type { Matchable } from "./match.ts";

export interface Outgoing {
  /** Starts, restarts and stops the loops so that they are those of `site`. */
  follow(site: Matchable): void;
  /** Events were stored: somebody may want to hear of them. */
  wake(): void;
  /** Deliveries of these Systems were made, or may be tried again. */
  wakeSystems(names: Iterable<string>): void;
  /** Ends all loops. Requests under way may go on for `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** A System that is being delivered to. `close` frees what its loop worked with. */
export interface Running {
  worker: Deliveries;
  /** How long a request under way may go on when the System was changed, in milliseconds. */
  patienceMs: number;
  close(): Promise<void>;
}

/** `fanout` and `start` begin the loops; a System that changed is started anew, without losing its place. */
export function createOutgoing(fanout: () => Worker, start: (system: System) => Running): Outgoing {
  const running = new Map<string, Running & { settings: string }>();
  const ending = new Set<Deliveries>();
  /** One after the other for each System: two loops of it would try the same delivery twice. */
  const changing = new Map<string, Promise<void>>();
  let wanted: ReadonlyMap<string, System> = new Map();
  let looking: Worker | undefined;
  let active = false;

  const change = async (name: string): Promise<void> => {
    const present = running.get(name);
    const before = wanted.get(name);
    if (present && (!before?.active || settingsOf(before) !== present.settings)) {
      running.delete(name);
      ending.add(present.worker);
      await present.worker.stop(present.patienceMs);
      ending.delete(present.worker);
      await present.close();
    }
    const system = wanted.get(name);
    if (system?.active && !running.has(name)) running.set(name, { ...start(system), settings: settingsOf(system) });
  };
  const follow = (systems: ReadonlyMap<string, System>): void => {
    wanted = systems;
    for (const name of new Set([...running.keys(), ...systems.keys()])) {
      const line = (changing.get(name) ?? Promise.resolve()).then(() => change(name));
      changing.set(name, line);
    }
  };

  return {
    follow(site) {
      active = [...site.mappings.values()].some((one) => one.active);
      follow(site.systems);
      looking ??= fanout();
    },
    wake() {
      if (active) looking?.wake();
    },
    wakeSystems(names) {
      for (const name of names) running.get(name)?.worker.wake();
    },
    async stop(graceMs) {
      await looking?.stop();
      const all = [...ending, ...[...running.values()].map((one) => one.worker)];
      await Promise.all(all.map((one) => one.stop(graceMs)));
      follow(new Map());
      await Promise.all(changing.values());
    },
  };
}

const settingsOf = (system: System): string => JSON.stringify(system);
