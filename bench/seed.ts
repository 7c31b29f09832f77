// Fills a database with the tasks that are called about, through the door, before any gateway process works on it.
import { createDoor } from "../src/core/execute.ts";
import type { Command } from "../src/core/commands/registry.ts";
import type { Door } from "../src/core/ports.ts";
import { systemClock } from "../src/lib/clock.ts";
import { drawId } from "../src/lib/ids.ts";
import type { SiteDocument } from "../src/store/site-document.ts";
import { openStore } from "../src/store/store.ts";
import { CALLERS } from "../test/helpers/app.ts";

const TOGETHER = 50;
const AT_ONCE = 40;

/** Makes the tasks TSK-1 to TSK-<count>, all with the provider acme. */
export async function seed(databaseUrl: string, document: SiteDocument, count: number): Promise<void> {
  const store = await openStore({
    databaseUrl,
    secretKey: Buffer.alloc(32, 7).toString("base64"),
    queueUnits: 2000,
    queueBytes: 64 * 1024 * 1024,
    formats: { ticket: "TKT-{n}", task: "TSK-{n}" },
    rulesModule: new URL("../src/core/rules.ts", import.meta.url).href,
    log: () => undefined,
    onDeath: (error) => {
      throw error;
    },
  });
  try {
    await store.admin.apply(document);
    const door = createDoor(store.ledger, systemClock, drawId);
    await give(door, [{ type: "create_ticket", number: "T-1", fields: { subject: "All of them" } }]);
    let next = 1;
    const work = async (): Promise<void> => {
      while (next <= count) {
        const first = next;
        next += TOGETHER;
        await give(door, tasks(first, Math.min(next, count + 1)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await store.close();
  }
}

function tasks(first: number, end: number): Command[] {
  const numbers = Array.from({ length: end - first }, (_, index) => first + index);
  return numbers.map((number) => ({
    type: "create_task",
    ticket: "T-1",
    number: `TSK-${number}`,
    group: "acme-field",
    fields: { subject: "A task" },
  }));
}

async function give(door: Door, commands: readonly Command[]): Promise<void> {
  const outcome = await door.execute({ caller: CALLERS.ticketing, channel: "rest", commands });
  if (outcome.status === "refused") throw new Error(`the tasks were not made: ${outcome.refusal.code}`);
}
