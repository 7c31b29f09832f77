// Leases: work that one process at a time does outside the door. A lease ends by itself when its holder died.
import type { Knex } from "knex";

export interface Leases {
  /** Takes or renews the lease for `ms` from now; false while another holder's has not ended. */
  take(name: string, ms: number): Promise<boolean>;
  /** Gives it back, so that another need not wait for its end. */
  release(name: string): Promise<void>;
}

/**
 * `holder` is different for each process. `clock` gives milliseconds, or the words by which the database gives its own: where several
 * processes share it, there is no other clock that all of them have.
 */
export function createLeases(knex: Knex, holder: string, clock: () => number | Knex.Raw): Leases {
  return {
    async take(name, ms) {
      const now = clock();
      const until = knex.raw("? + ?", [now, ms]);
      const mine = await knex("leases")
        .where({ name })
        .where((free) => free.where({ holder }).orWhere("lease_until", "<", now))
        .update({ holder, lease_until: until });
      if (mine > 0) return true;
      return knex("leases")
        .insert({ name, holder, lease_until: until })
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
