// Two whole gateways beside each other, a customer's desk and its provider's, and the waiting that a story about both needs.
// It speaks to them as people and partners do, over HTTP alone.
import assert from "node:assert/strict";
import type { CustomFields } from "../../src/core/task.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { startApp, type TestApp } from "./app.ts";
import { type FeedEvent, type Line, readFeed } from "./story.ts";

/** A gateway of a story, with every log line it wrote. */
export interface Gateway {
  app: TestApp;
  url: string;
  /** The desk behind it. */
  desk: Line;
  log: Record<string, unknown>[];
  /** Applies a site and gives the API keys it made, by the id of the credential. */
  apply(site: SiteDocument): Promise<Readonly<Record<string, string>>>;
  /** The whole feed, as its desk reads it. */
  feed(): Promise<FeedEvent[]>;
  /** Waits until something is so. Fails after half a minute, with the feed and what the log complains of. */
  when(what: string, fits: () => boolean): Promise<void>;
  /** Waits until the feed fits, and gives it. */
  until(what: string, fits: (events: FeedEvent[]) => boolean): Promise<FeedEvent[]>;
}

const MOST_WAIT_MS = 30_000;

/** Starts a gateway whose tasks are numbered `<name>-1`, … and which may call every port of this machine. */
export async function startGateway(name: string, env: Record<string, string> = {}): Promise<Gateway> {
  const log: Record<string, unknown>[] = [];
  const bell = createBell();
  const app = await startApp({
    env: { CROSSDESK_TASK_FORMAT: `${name}-{n}`, CROSSDESK_OUTGOING_ALLOW: "127.0.0.1:*", ...env },
    onLog(line) {
      log.push(line);
      bell.ring();
    },
  });
  const desk = { url: app.url, key: app.keys.ticketing };
  const feed = () => readFeed(desk);
  const until: Gateway["until"] = async (what, fits) => {
    const end = Date.now() + MOST_WAIT_MS;
    for (;;) {
      const rung = bell.next();
      const events = await feed();
      if (fits(events)) return events;
      assert.ok(Date.now() < end, `${what} never came to ${name}:\n${told(events).join("\n")}\n${complaints(log)}`);
      await rung;
    }
  };
  return {
    ...{ app, url: app.url, desk, log, feed, until },
    async when(what, fits) {
      await until(what, () => fits());
    },
    async apply(site) {
      const changes = await app.app.store.admin.apply(site);
      return Object.fromEntries(changes.flatMap(({ name: id, secret }) => (secret === undefined ? [] : [[id, secret]])));
    },
  };
}

/** Rings at every log line; and once a second, should a line be written before what it tells of can be read. */
function createBell() {
  const waiting: (() => void)[] = [];
  const ring = (): void => {
    for (const one of waiting.splice(0)) one();
  };
  return {
    ring,
    next: () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}

function complaints(log: readonly Record<string, unknown>[]): string {
  const bad = log.filter(({ level }) => level === "warn" || level === "error");
  return bad.map((line) => JSON.stringify(line)).join("\n");
}

/**
 * Waits until neither gateway has anything left to say: every event was looked at, every delivery has ended, and nothing new
 * came meanwhile. What would be sent back as an echo has been sent by then.
 */
export async function settled(...gateways: readonly Gateway[]): Promise<void> {
  const end = Date.now() + MOST_WAIT_MS;
  for (let before = ""; ; ) {
    const states = await Promise.all(gateways.map(stateOf));
    const now = JSON.stringify(states);
    if (now === before && states.every(({ looked, head, open }) => looked === head && open === 0)) return;
    assert.ok(Date.now() < end, `the gateways do not come to rest: ${now}`);
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stateOf({ app }: Gateway): Promise<{ looked: number; head: number; open: number }> {
  const { looked, head } = await app.app.store.outgoing.fanout();
  let open = 0;
  for (const system of app.app.store.site().systems.keys())
    open += (await app.app.store.outgoing.due(system, Number.MAX_SAFE_INTEGER, 100)).length;
  return { looked, head, open };
}

/** Ends of all tries so far, as `mapping state code`, in order. */
export function tries({ log }: Gateway): string[] {
  return log.filter(({ event }) => event === "delivery.tried").map(({ mapping, state, code }) => `${mapping} ${state} ${code}`);
}

/** The events of one task, or of all, in few words: what happened, as which signal, by which channel, and what was said. */
export function told(events: readonly FeedEvent[], task?: string): string[] {
  const mine = events.filter(({ data }) => task === undefined || data.task?.number === task);
  return mine.map(({ type, data }) => {
    const { requestType, direction, app, channel, message, reason } = data;
    const signal = requestType === null ? "" : ` (${requestType}/${direction} ${app?.replace("Ticketing.", "")})`;
    const solution = type === "crossdesk.task.solved" ? (data.task?.solution ?? "") : "";
    const words = [message?.text, solution, reason].filter((one) => one);
    const reference = data.task?.reference ? ` [${data.task.reference}]` : "";
    return `${type.replace("crossdesk.", "")}${signal}${reference} ${channel}${words.map((one) => `: ${one}`).join("")}`;
  });
}

/** How many events of a task there are of this type. */
export function count(events: readonly FeedEvent[], task: string, type: string): number {
  return events.filter((one) => one.data.task?.number === task && one.type === `crossdesk.${type}`).length;
}

/** Opens a ticket and a task on it over REST, as a desk does; gives the number of the task. */
export async function open({ url, key }: Line, group: string, subject: string, custom: CustomFields = {}): Promise<string> {
  const post = async (path: string, body: object): Promise<Record<string, { number: string }>> => {
    const headers = { "x-api-key": key, "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 201, await answer.clone().text());
    return (await answer.json()) as Record<string, { number: string }>;
  };
  const { ticket } = await post("/v1/tickets", { subject, priority: "High", requester: "ada@example.com" });
  const fields = { subject, description: `About ${subject}`, custom };
  const { task } = await post(`/v1/tickets/${ticket?.number}/tasks`, { group, ...fields });
  return task?.number ?? assert.fail("no task");
}
