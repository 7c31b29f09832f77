// The queue that each System has while it is there. Open deliveries are never left without their System, nor told to another provider.
import type { Knex } from "knex";
import type { System } from "./outgoing.ts";
import { lockQueue } from "./queue-steps.ts";
import type { SiteChange } from "./site-document.ts";
import { wrong } from "./site-refusal.ts";

type Systems = ReadonlyMap<string, System>;

/** What becomes of a System that cannot be while deliveries of it are open. */
export interface Leaving {
  system: string;
  what: "removed" | "moved";
}

/** The Systems that a document takes away, or gives to another provider. */
export function leavingSystems(before: Systems, after: Systems): Leaving[] {
  return [...before.values()].flatMap(({ name, provider }): Leaving[] => {
    const then = after.get(name);
    if (!then) return [{ system: name, what: "removed" }];
    return then.provider === provider ? [] : [{ system: name, what: "moved" }];
  });
}

const UNTIL: Readonly<Record<Leaving["what"], string>> = {
  removed: "before it is removed, or set it inactive",
  moved: "before its provider changes, for it was meant for the present one",
};

/** Throws `invalid_request` when a System that leaves has open deliveries or dead letters. Their queues stay locked. */
export async function checkQueues(tx: Knex.Transaction, leaving: readonly Leaving[]): Promise<void> {
  for (const { system, what } of leaving) {
    await lockQueue(tx, system);
    const open = tx("deliveries").where({ system_name: system }).whereIn("state", ["ready", "behind", "rejected"]);
    const amount = Number((await open.count({ amount: "*" }))[0]?.["amount"] ?? 0);
    if (amount === 0) continue;
    const are = amount === 1 ? "1 delivery waits or is a dead letter" : `${amount} deliveries wait or are dead letters`;
    const too = "what waits for an inactive System can be acknowledged too";
    wrong(`system ${system}`, `${are}: retry or acknowledge what there is ${UNTIL[what]}; ${too}`);
  }
}

/** Gives each new System its queue, and takes those of Systems that went. Deliveries stay as they are. */
export async function keepQueues(tx: Knex.Transaction, changes: readonly SiteChange[], now: number): Promise<void> {
  for (const { kind, name, change } of changes) {
    if (kind !== "systems" || change === "changed") continue;
    const queue = tx("delivery_queues").where({ system_name: name });
    if (change === "removed") await queue.delete();
    else if (!(await queue.first())) await tx("delivery_queues").insert({ system_name: name, held: 0, updated_at: now });
  }
}
