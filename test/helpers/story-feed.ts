// Many write and many read at once, in every way the feed can be read: by pages, by waiting, by a stream that is cut again and again,
// and behind a message broker. Each reader must see every event once and in order.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { openSource } from "./sse.ts";
import { type FeedEvent, feedPage, headOf, type Line, tellByRest, tellBySoap } from "./story.ts";
import type { TestNats } from "./nats.ts";

export interface FeedStory {
  /** Gateways of one database, with the desk's key and the provider's; there may be the same one several times. */
  desks: readonly Line[];
  providers: readonly Line[];
  nats: TestNats;
  /** Numbers of the provider's tasks. */
  tasks: readonly string[];
  writersEach: number;
  callsEach: number;
  /** Called again and again while all goes on, such as to cut off the broker; each call ends before the next begins. */
  disturb?(): Promise<void>;
}

/** The most events a stream gives before it is cut. */
const MOST_BEFORE_CUT = 40;
const STREAM = "CROSSDESK";

/** Tells it once and gives how many events there were. */
export async function tellFeed(story: FeedStory): Promise<number> {
  const { desks, providers, nats, tasks, writersEach, callsEach } = story;
  const start = await headOf(at(desks, 0));
  const total = providers.length * writersEach * callsEach;
  const end = start + total;
  const bell = createBell();
  const readers: [string, Promise<FeedEvent[]>][] = [
    ...desks.map((line, index): [string, Promise<FeedEvent[]>] => [`pages ${index}`, followPages(line, [start, end], bell)]),
    ["waiting", followWaiting(at(desks, 1), [start, end])],
    ["stream", followStream(desks, [start, end])],
    ["broker", followBroker(nats, [start, end])],
  ];
  const state = { over: false };
  const disturbing = disturbAll(story, state);
  const writers = Array.from({ length: providers.length * writersEach }, (_, index) =>
    write(at(providers, index), { index, tasks, calls: callsEach, bell }),
  );
  const answered = new Set((await Promise.all(writers)).flat());
  for (const [name, reading] of readers) {
    const seen = await reading;
    const wanted = Array.from({ length: total }, (_, index) => start + 1 + index);
    assert.deepEqual(
      seen.map(({ sequence }) => Number(sequence)),
      wanted,
      name,
    );
    assert.deepEqual(new Set(seen.map(({ id }) => id)), answered, name);
  }
  state.over = true;
  await disturbing;
  return total;
}

function at(lines: readonly Line[], index: number): Line {
  const line = lines[index % lines.length];
  assert.ok(line, "there is no gateway");
  return line;
}

async function disturbAll({ disturb }: FeedStory, state: { over: boolean }): Promise<void> {
  while (disturb && !state.over) await disturb();
}

/** Wakes everybody who waits for the next answer. */
interface Bell {
  next(): Promise<void>;
  ring(): void;
}

function createBell(): Bell {
  let current = Promise.withResolvers<void>();
  return {
    next: () => current.promise,
    ring() {
      current.resolve();
      current = Promise.withResolvers<void>();
    },
  };
}

interface Writing {
  index: number;
  tasks: readonly string[];
  calls: number;
  bell: Bell;
}

/** Calls one after the other, by SOAP or REST, on tasks that others write to as well; gives the events. */
async function write(line: Line, { index, tasks, calls, bell }: Writing): Promise<string[]> {
  const events: string[] = [];
  for (let number = 0; number < calls; number++) {
    const task = tasks[number % tasks.length] ?? "";
    const command = { type: "update_message", task, message: `writer ${index}, call ${number}` } as const;
    const told = await (number % 2 === 0 ? tellBySoap(line, command) : tellByRest(line, command));
    assert.equal(told.code, "done", told.text);
    events.push(told.event ?? "");
    bell.ring();
  }
  return events;
}

/** Pages the feed of one gateway between two positions. With nothing new it waits until a writer was answered. */
async function followPages(line: Line, [from, to]: [number, number], bell: Bell): Promise<FeedEvent[]> {
  const seen: FeedEvent[] = [];
  for (let position = from; position < to; ) {
    const more = bell.next();
    const { events, next } = await feedPage(line, position);
    seen.push(...events);
    if (next === position) await more;
    position = next;
  }
  return seen;
}

async function followWaiting(line: Line, [from, to]: [number, number]): Promise<FeedEvent[]> {
  const seen: FeedEvent[] = [];
  for (let position = from; position < to; ) {
    const { events, next } = await feedPage(line, position, "&wait=30");
    seen.push(...events);
    position = next;
  }
  return seen;
}

/** Is cut off at random, and comes again to any gateway with the id it had. */
async function followStream(lines: readonly Line[], [from, to]: [number, number]): Promise<FeedEvent[]> {
  const seen: FeedEvent[] = [];
  for (let last = String(from); Number(last) < to; ) {
    const { url, key } = at(lines, randomInt(lines.length));
    const source = await openSource(`${url}/v1/events/stream`, { "x-api-key": key, "last-event-id": last });
    assert.equal(source.status, 200);
    let left = randomInt(1, MOST_BEFORE_CUT + 1);
    for await (const sent of source.events) {
      seen.push(JSON.parse(sent.data) as FeedEvent);
      last = sent.id;
      left -= 1;
      if (left === 0 || Number(last) >= to) break;
    }
    source.close();
  }
  return seen;
}

/** Reads the stream of the broker from its beginning, and goes on from where it was when the broker was away. */
async function followBroker(nats: TestNats, [from, to]: [number, number]): Promise<FeedEvent[]> {
  const seen: FeedEvent[] = [];
  const connection = await nats.connect();
  try {
    for await (const event of nats.eventsOf(connection, STREAM)) {
      const position = Number((event as FeedEvent).sequence);
      if (position > from) seen.push(event as FeedEvent);
      if (position >= to) break;
    }
  } finally {
    await connection.close();
  }
  return seen;
}
