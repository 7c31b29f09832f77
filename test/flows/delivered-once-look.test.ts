// A look into a queue takes time, and what it finds may have ended meanwhile: that is not sent a second time.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SideWrite } from "../../src/core/ports.ts";
import { type DeliverOptions, startDeliveries } from "../../src/outbound/deliver.ts";
import type { TryOutcome } from "../../src/outbound/ports.ts";
import { DEFAULT_DELIVERY, type Mapping, type System } from "../../src/store/outgoing.ts";
import type { DueDelivery } from "../../src/store/views/outgoing.ts";
import type { EventView } from "../../src/store/views/types.ts";

const due = (id: number): DueDelivery => ({
  ...{ id, key: `key-${id}`, system: "acme", mapping: "all", position: id, subject: 1, attempts: 0, tries: 0 },
});
const OUTCOME: TryOutcome = {
  ...{ class: "done", code: "http_204", detail: null, request: "POST /", answer: null, parsed: null, retryAfterMs: null, ms: 1 },
};

/** A System whose parts do as the test says. */
function scene() {
  const sends: string[] = [];
  const looks: PromiseWithResolvers<DueDelivery[]>[] = [];
  const answers = new Map<string, PromiseWithResolvers<TryOutcome>>();
  const ended: SideWrite[] = [];
  let changed = Promise.withResolvers<void>();
  const stir = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const api = { kind: "rest", answer: { reference: null, update: null } };
  const system = {
    name: "acme",
    provider: null,
    unrestricted: true,
    apis: { hook: api },
    delivery: DEFAULT_DELIVERY,
  } as unknown as System;
  const send = async (key: string): Promise<TryOutcome> => {
    const answer = Promise.withResolvers<TryOutcome>();
    answers.set(key, answer);
    sends.push(key);
    stir();
    return answer.promise;
  };
  const transport = { send: ({ delivery }: { delivery: { key: string } }) => send(delivery.key) };
  const options = {
    tools: {
      system,
      renderer: { render: async () => ({ kind: "body", value: {} }) },
      transports: { rest: transport },
      prepare: () => ({ input: {}, secrets: { changed: () => null } }),
      fit: (ok: unknown) => ({ ok }),
      attachments: async () => [],
    },
    door: {
      async execute({ side }: { side: SideWrite }) {
        ended.push(side);
        return { status: "done", results: [], repeated: false };
      },
    },
    views: {
      held: async () => false,
      due() {
        const look = Promise.withResolvers<DueDelivery[]>();
        looks.push(look);
        stir();
        return look.promise;
      },
      eventsAt: async (positions: readonly number[]) => new Map(positions.map((one) => [one, {} as EventView])),
    },
    mappings: () => new Map([["all", { name: "all", system: "acme", api: "hook", active: true } as Mapping]]),
    ...{ clock: () => 0, nextDue: () => null, onTried: stir },
    onError: (error: unknown) => assert.fail(error as Error),
  };
  const until = async (fits: () => boolean): Promise<void> => {
    while (!fits()) await changed.promise;
  };
  return { worker: startDeliveries(options as unknown as DeliverOptions), sends, looks, answers, ended, until };
}

test("what ends while the queue is being read is not sent again", async () => {
  const { worker, sends, looks, answers, ended, until } = scene();
  await until(() => looks.length === 1);
  looks[0]?.resolve([due(1)]);
  await until(() => sends.length === 1);
  worker.wake();
  await until(() => looks.length === 2);
  answers.get("key-1")?.resolve(OUTCOME);
  await until(() => ended.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  looks[1]?.resolve([due(1), due(2)]);
  await until(() => sends.includes("key-2"));
  assert.deepEqual(sends, ["key-1", "key-2"]);
  for (const answer of answers.values()) answer.resolve(OUTCOME);
  await until(() => ended.length === 2);
  for (const look of looks) look.resolve([]);
  await worker.stop();
});
