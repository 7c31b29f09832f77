// What the queues must look like after each try, kept beside the store: of each task and System only the oldest open delivery may
// be tried. It tells when nothing is due any more, which is when the clock of a story may go on.
import assert from "node:assert/strict";
import type { Tried } from "../../src/outbound/carry.ts";
import type { Connection } from "./store.ts";

/** A delivery as the database has it. */
export interface DeliveryRow {
  id: number;
  delivery_key: string;
  system_name: string;
  subject: number;
  position: number;
  state: "ready" | "behind" | "done" | "rejected" | "acknowledged";
  is_open: number;
  attempts: number;
  tries: number;
  due_at: number;
  code: string | null;
}

export function readDeliveries(db: Connection): Promise<DeliveryRow[]> {
  return db.rows<DeliveryRow>(
    "select id, delivery_key, system_name, subject, position, state, is_open, attempts, tries, due_at, code from deliveries order by id",
  );
}

interface Waiting {
  key: string;
  state: DeliveryRow["state"];
  dueAt: number;
}

export interface QueueModel {
  /** Takes everything from the database anew. */
  load(): Promise<void>;
  /** The end of a try: fails when it was not this delivery's turn. */
  tried(tried: Tried): void;
  /** What the clock was set to changes what is due. */
  clockMoved(): void;
  /** Resolves when nothing is due; rejects when for so long no try has ended. */
  quiet(longestMs: number): Promise<void>;
}

export function createQueueModel(db: Connection, clock: () => number): QueueModel {
  const lines = new Map<string, Waiting[]>();
  let due = 0;
  let ended = 0;
  let quiet = Promise.withResolvers<void>();
  const isDue = (line: readonly Waiting[]): boolean => line[0]?.state === "ready" && line[0].dueAt <= clock();
  const count = (): void => {
    due = [...lines.values()].filter(isDue).length;
    if (due === 0) quiet.resolve();
  };
  return {
    async load() {
      lines.clear();
      for (const { system_name, subject, delivery_key: key, state, is_open, due_at: dueAt } of await readDeliveries(db)) {
        if (!is_open) continue;
        const line = lines.get(`${system_name} ${subject}`) ?? [];
        lines.set(`${system_name} ${subject}`, line);
        line.push({ key, state, dueAt });
      }
      quiet = Promise.withResolvers();
      count();
    },
    tried({ delivery, end }) {
      const line = lines.get(`${delivery.system} ${delivery.subject}`) ?? [];
      const [first] = line;
      assert.equal(first?.key, delivery.key, "only the oldest open delivery of a task is tried");
      assert.ok(isDue(line), "nothing is tried before it is due");
      ended += 1;
      if (end.state === "done" || (end.state === "rejected" && !end.holds)) {
        line.shift();
        if (line[0]) Object.assign(line[0], { state: "ready", dueAt: clock() });
      } else Object.assign(first as Waiting, { state: end.state, dueAt: end.dueAt });
      if (!isDue(line)) due -= 1;
      if (due === 0) quiet.resolve();
    },
    clockMoved() {
      quiet = Promise.withResolvers();
      count();
    },
    async quiet(longestMs) {
      for (let before = -1; ; before = ended) {
        const late = Promise.withResolvers<"late">();
        const timer = setTimeout(() => late.resolve("late"), longestMs);
        const end = await Promise.race([quiet.promise, late.promise]);
        clearTimeout(timer);
        if (end !== "late") return;
        assert.notEqual(ended, before, `${due} deliveries are due and none is tried`);
      }
    },
  };
}
