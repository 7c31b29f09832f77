// Far more calls at once than the gateway can hold: some are told to come again, none is lost, and memory stays bounded.
import assert from "node:assert/strict";
import { postBytes, press } from "./load.ts";
import { type KnownSite, startProcess, writeSite } from "./process.ts";
import { feedPage, headOf, restRequest, SOAP_PATH, soapRequest, tellByRest } from "./story.ts";

/** The most memory the process may ever have used: a bound that does not grow with the number of calls. */
export const MOST_MEMORY = 640 * 1024 * 1024;

const CONNECTIONS = 64;
const QUEUE_UNITS = 200;

export interface PressedCount {
  calls: number;
  done: number;
  busy: number;
  mostMemory: number;
  seconds: number;
}

/** Presses `calls` calls, half SOAP and half REST, into a gateway with a small queue. */
export async function pressGateway(databaseUrl: string, calls: number): Promise<PressedCount> {
  const site = await writeSite();
  const env = { CROSSDESK_QUEUE_UNITS: String(QUEUE_UNITS) };
  const gateway = await startProcess({ databaseUrl, site, env });
  try {
    const { url } = gateway;
    const desk = { url, key: site.keys.ticketing };
    await openTask(url, site);
    const before = await headOf(desk);
    const startedAt = performance.now();
    const pressed = await press({ url, calls, connections: CONNECTIONS, request: requestOf(url, site.keys.acme) });
    const seconds = (performance.now() - startedAt) / 1000;
    const { [200]: soap = 0, [201]: rest = 0, [503]: busy = 0, ...others } = pressed.statuses;
    assert.deepEqual({ others, unanswered: pressed.unanswered }, { others: {}, unanswered: 0 });
    assert.equal(pressed.withRetryAfter, busy, "whoever is turned away is told when to come again");
    assert.ok(busy > 0 && soap > 0 && rest > 0, `answered: ${JSON.stringify(pressed.statuses)}`);
    assert.equal((await headOf(desk)) - before, soap + rest, "events stored are calls answered with success");
    const { most } = gateway.memory();
    assert.ok(most < MOST_MEMORY, `it used up to ${most} bytes`);
    const told = await tellByRest({ url, key: site.keys.acme }, { type: "update_message", task: "K-1", message: "Afterwards." });
    assert.equal(told.code, "done", "afterwards it answers as ever");
    assert.equal((await feedPage(desk, before + soap + rest)).events[0]?.id, told.event);
    return { calls, done: soap + rest, busy, mostMemory: most, seconds };
  } finally {
    await gateway.kill();
    await site.remove();
  }
}

async function openTask(url: string, { keys }: KnownSite): Promise<void> {
  const headers = { "x-api-key": keys.ticketing, "content-type": "application/json" };
  const post = (path: string, json: object) => fetch(url + path, { method: "POST", headers, body: JSON.stringify(json) });
  assert.equal((await post("/v1/tickets", { number: "T-1", subject: "Everybody calls" })).status, 201);
  assert.equal((await post("/v1/tickets/T-1/tasks", { number: "K-1", group: "acme-field", subject: "A task" })).status, 201);
}

/** Every message is another one, so that no call counts as a repeat. */
function requestOf(url: string, key: string): (number: number) => string {
  return (number) => {
    const command = { type: "update_message", task: "K-1", message: `Call ${number}` } as const;
    if (number % 2 === 0) {
      const { headers, body } = soapRequest(command, key);
      return postBytes(url, SOAP_PATH, headers, body);
    }
    const { path, body } = restRequest(command);
    return postBytes(url, path, { "x-api-key": key, "content-type": "application/json" }, JSON.stringify(body));
  };
}
