// Leases: work that one process at a time does outside the door. A lease ends by itself when its holder died.
import type { Knex } from "knex";
import type { Clock } from "../lib/clock.ts";

export interface Leases {
  /** Takes or renews the lease for `ms` from now; false while another holder's has not ended. */
  take(name: string, ms: number): Promise<boolean>;
  /** Gives it back, so that another need not wait for its end. */
  release(name: string): Promise<void>;
}

/** `holder` is different for each process. */
export function createLeases(knex: Knex, holder: string, clock: Clock): Leases {
  return {
    async take(name, ms) {
      const now = clock();
      const mine = await knex("leases")
        .where({ name })
        .where((free) => free.where({ holder }).orWhere("lease_until", "<", now))
        .update({ holder, lease_until: now + ms });
      if (mine > 0) return true;
      return knex("leases")
        .insert({ name, holder, lease_until: now + ms })
        .then(
          () => true,
          () => false,
        );
    },
    async release(name) {
      await knex("leases").where({ name, holder }).update({ lease_until: 0 });
    },
  };
}
