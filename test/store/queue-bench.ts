// Queues for tests: deliveries made and ended as the gateway does, with an operator's hands and eyes beside it.
import knexModule, { type Knex } from "knex";
import type { DeliveryEnd, Outcome } from "../../src/core/ports.ts";
import { drawId } from "../../src/lib/ids.ts";
import type { Reader, Value } from "../../src/store/db.ts";
import { createQueueAdmin, type QueueAdmin } from "../../src/store/queue-admin.ts";
import { createMonitoringViews, type MonitoringViews } from "../../src/store/views/monitoring.ts";
import type { DueDelivery } from "../../src/store/views/outgoing.ts";
import { type Bench, START } from "../helpers/store.ts";

const GATEWAY = { kind: "administrator", credential: "gateway" } as const;
export const DONE: DeliveryEnd = {
  state: "done",
  holds: true,
  tries: 1,
  dueAt: START,
  code: "http_200",
  note: null,
  holdSystem: null,
};
export const REJECTED: DeliveryEnd = { ...DONE, state: "rejected", code: "http_400", note: "It wants another form." };
export const PASSED: DeliveryEnd = { ...REJECTED, holds: false };
export const LATER: DeliveryEnd = { ...DONE, state: "ready", dueAt: START + 60_000, code: "http_503" };

export interface QueueBench {
  admin: QueueAdmin;
  views: MonitoringViews;
  /** What the operator's side takes for now. */
  clock: { now: number };
  /** Systems that were told of work. */
  woken: string[];
  knex: Knex;
  addSystem(name: string): Promise<void>;
  /** Makes a delivery for each subject, in order, and gives their keys. */
  make(system: string, subjects: readonly number[], mapping?: string): Promise<string[]>;
  due(system: string): Promise<DueDelivery[]>;
  /** Ends a try of the delivery with this key, which must be due by `at`. */
  end(key: string, how: DeliveryEnd, at?: number): Promise<Outcome>;
  close(): Promise<void>;
}

/** Stands beside a bench that is open. */
export function queueBench(bench: Bench, onChange: (systems: readonly string[]) => void = () => undefined): QueueBench {
  const { store, door, db, url } = bench;
  const knex = knexModule(
    url.startsWith("sqlite:")
      ? { client: "better-sqlite3", connection: { filename: url.slice(7) }, useNullAsDefault: true, pool: { min: 1, max: 1 } }
      : { client: "mysql2", connection: url, pool: { min: 0, max: 2 } },
  );
  const reader: Reader = {
    all: <T extends object>(sql: string, values: readonly Value[] = []) => db.rows<T>(sql, values),
  };
  const clock = { now: START };
  const woken: string[] = [];
  const told = (systems: readonly string[]): void => {
    woken.push(...systems);
    onChange(systems);
  };
  const due = (system: string, at = START): Promise<DueDelivery[]> => store.outgoing.due(system, at, 10_000);
  return {
    admin: createQueueAdmin({ knex, clock: () => clock.now, onChange: told }),
    views: createMonitoringViews(reader),
    clock,
    woken,
    knex,
    due,
    addSystem: async (name) =>
      void (await db.rows("insert into delivery_queues (system_name, held, updated_at) values (?, 0, 0)", [name])),
    async make(system, subjects, mapping = "m") {
      const { looked, head } = await store.outgoing.fanout();
      const position = Math.max(head, 1);
      const deliveries = subjects.map((subject) => ({ key: drawId(), system, mapping, position, subject }));
      const side = { kind: "fanout", before: looked, after: looked + 1, deliveries } as const;
      await door.execute({ commands: [], caller: GATEWAY, channel: "rest", side });
      return deliveries.map((one) => one.key);
    },
    async end(key, how, at = START) {
      const [row] = await db.rows<{ id: number; system_name: string; subject: number; attempts: number }>(
        "select id, system_name, subject, attempts from deliveries where delivery_key = ?",
        [key],
      );
      if (!row) throw new Error("there is no such delivery");
      const { id, system_name: system, subject, attempts } = row;
      const attempt = {
        at,
        ms: 3,
        class: "permanent",
        code: how.code,
        detail: how.note,
        request: "POST /",
        answer: "ok",
      } as const;
      const side = { kind: "delivery", id, system, subject, attempts, end: how, attempt } as const;
      return door.execute({ commands: [], caller: GATEWAY, channel: "rest", side });
    },
    close: () => knex.destroy(),
  };
}
