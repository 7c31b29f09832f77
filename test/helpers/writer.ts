// A process of its own with a store of its own: writes units and prints each answer at once, or reads the feed and prints what
// it saw. Its one argument is a task as JSON. It prints lines of JSON and nothing else.
import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "../../src/core/commands/registry.ts";
import type { Door } from "../../src/core/ports.ts";
import { createAttachments, PIECE_BYTES } from "../../src/inbound/attachments.ts";
import { drawId } from "../../src/lib/ids.ts";
import type { Views } from "../../src/store/views/types.ts";
import { ACME, message, openTestStore, type TestStore, unit } from "./store.ts";

export interface WriteTask {
  kind: "write";
  url: string;
  /** Begins the text of each unit, so that units of two writers differ. */
  name: string;
  /** Numbers of the tasks to write to, in turn. */
  tasks: readonly string[];
  units: number;
  /** Units under way at once. */
  width: number;
  /** Changes of the site, after the units. */
  applies?: number;
}

/** Stages a file that has no end. */
export interface StageTask {
  kind: "stage";
  url: string;
}

/** What a stager prints when so many pieces are stored. */
export interface Staged {
  id: string;
  pieces: number;
}

export interface ReadTask {
  kind: "read";
  url: string;
  /** Ends when an event has this position. */
  until: number;
}

/** What a writer prints when a unit was answered. */
export interface Written {
  event: string;
  text: string;
}

/** What a reader prints at its end: positions and ids in the order they came. */
export interface Seen {
  positions: number[];
  ids: string[];
}

const say = (line: Written | Seen | Staged): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** Every third unit is a message, every third a new reference, every third a solution with its fields. */
function command(task: string, text: string, turn: number): Command {
  if (turn % 3 === 1) return { type: "acknowledge", task, reference: text, message: text };
  if (turn % 3 === 2) return { type: "reassignment", task, outcome: "solved", solution: text };
  return message(task, text);
}

async function write({ name, tasks, units, width, applies = 0 }: WriteTask, { door, store }: TestStore): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let n = next++; n < units; n = next++) {
      const text = `${name}-${n}`;
      const outcome = await door.execute(unit(ACME, command(tasks[n % tasks.length] ?? "", text, n)));
      if (outcome.status === "refused") throw new Error(outcome.refusal.code);
      say({ event: outcome.results[0]?.events[0] ?? "", text });
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  for (let n = 0; n < applies; n++) await store.admin.apply({ providers: [{ name: "acme", repeatWindowMinutes: n % 2 }] });
}

/** Pages through the feed from its beginning, as a consumer does that keeps only its position. */
export async function readFeed(views: Views, until: number): Promise<Seen> {
  const seen: Seen = { positions: [], ids: [] };
  for (let after = 0; after < until; ) {
    const { items } = await views.events(after, 100);
    for (const { position, id } of items) {
      seen.positions.push(position);
      seen.ids.push(id);
      after = position;
    }
    if (items.length === 0) await delay(2);
  }
  return seen;
}

/** Each piece is told of once it is stored. */
async function stage({ door }: TestStore): Promise<void> {
  const told: Door = {
    async execute(input) {
      const outcome = await door.execute(input);
      if (input.side?.kind === "attachment") say({ id: input.side.id, pieces: input.side.pieces + 1 });
      return outcome;
    },
  };
  const endless = function* (): Generator<Uint8Array> {
    for (;;) yield Buffer.alloc(PIECE_BYTES);
  };
  const files = createAttachments({ door: told, drawId, limitBytes: Number.POSITIVE_INFINITY });
  await files.stage({ caller: ACME, name: "endless", contentType: null, source: endless() });
}

if (import.meta.main) {
  const given = JSON.parse(process.argv[2] ?? "") as WriteTask | ReadTask | StageTask;
  const opened = await openTestStore(given.url);
  if (given.kind === "write") await write(given, opened);
  else if (given.kind === "stage") await stage(opened);
  else say(await readFeed(opened.store.views, given.until));
  await opened.close();
}
