// Systems that are dead cost the others nothing: these get everything meanwhile, and the dead get theirs when they are back.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { agree, checkArrivals, eventsTold, queueStates, startReceiver, tellingSite } from "../helpers/story-deliver.ts";

const TASKS = 25;
const MESSAGES = 5;
const DELIVERIES = TASKS * (MESSAGES + 1);
/** Nobody listens there until the end. */
const REFUSING = "127.0.0.77";

test("dead Systems beside healthy ones", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-dead-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
  let silent = true;
  const healthy = await startReceiver({
    answer: (arrival, response) => (arrival.system === "silent" && silent ? undefined : agree(arrival, response)),
  });
  t.after(() => healthy.close());
  const { port, url } = healthy;
  const delivery = { timeoutMs: 500, retryAfterSeconds: Array.from({ length: 30 }, () => 1) };
  const app = await startApp({
    databaseUrl,
    env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${port},${REFUSING}:${port}` },
    site: tellingSite([
      { name: "acme-desk", url, provider: "acme" },
      { name: "refusing", url: `http://${REFUSING}:${port}`, delivery },
      { name: "silent", url, delivery: { ...delivery, inFlight: 4 } },
      { name: "audit", url },
    ]),
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= app.close());
  t.after(close);
  await tellAll(app);
  const told = (system: string): number => eventsTold(healthy.arrivals, system).size;
  await healthy.until(() => told("acme-desk") === DELIVERIES && told("audit") === DELIVERIES);
  checkArrivals(healthy.arrivals);
  assert.ok(told("silent") <= TASKS, "of each task the silent one was told of the oldest event alone");
  const states = await queueStates(databaseUrl);
  assert.deepEqual(states["refusing"], { behind: DELIVERIES - TASKS, ready: TASKS }, "nothing is lost");
  assert.deepEqual(states["silent"], { behind: DELIVERIES - TASKS, ready: TASKS });

  silent = false;
  const back = await startReceiver({ address: REFUSING, port });
  t.after(() => back.close());
  await back.until(() => back.arrivals.length >= DELIVERIES);
  await healthy.until(() => told("silent") === DELIVERIES);
  checkArrivals(healthy.arrivals);
  checkArrivals(back.arrivals);
  await close();
  const all = { done: DELIVERIES };
  assert.deepEqual(await queueStates(databaseUrl), { "acme-desk": all, audit: all, refusing: all, silent: all });
  for (const system of ["acme-desk", "audit"])
    assert.equal(healthy.arrivals.filter((one) => one.system === system).length, DELIVERIES, "the healthy were told once");
});

async function tellAll({ createTask, door, callers }: TestApp): Promise<void> {
  const numbers = Array.from({ length: TASKS }, (_, index) => `T-${index}`);
  for (const number of numbers) await createTask({ number });
  for (let text = 1; text <= MESSAGES; text++) {
    const say = (task: string) =>
      door.execute({
        commands: [{ type: "add_message", task, text: `Message ${text}`, visibility: "provider" }],
        caller: callers.ticketing,
        channel: "rest",
      });
    await Promise.all(numbers.map(say));
  }
}
