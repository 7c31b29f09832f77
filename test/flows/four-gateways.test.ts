// Four gateway processes on one MariaDB: every reader sees every event once and in order, and no writer undoes another's work.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { checkLedger } from "../helpers/ledger-check.ts";
import { startMariadb, type TestMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "../helpers/process.ts";
import { connect } from "../helpers/store.ts";
import { type FeedEvent, feedPage, headOf, type Line, readFeed, type Told, tellByRest, tellBySoap } from "../helpers/story.ts";

const GATEWAYS = 4;
const WRITERS_EACH = 4;
const CALLS_EACH = 60;

suite("four gateways on one database", { skip: lacking("mariadb") }, () => {
  let mariadb: TestMariadb;
  let site: KnownSite;
  let databaseUrl: string;
  let gateways: readonly GatewayProcess[] = [];

  before(async () => {
    mariadb = await startMariadb();
    site = await writeSite();
    databaseUrl = await mariadb.createDatabase();
    // Together, so that they also meet at the migrations.
    gateways = await Promise.all(Array.from({ length: GATEWAYS }, () => startProcess({ databaseUrl, site })));
    await post(0, "/v1/tickets", { number: "T-1", subject: "Shared by all" });
    for (const number of ["K-0", "K-1", "K-2", "ONE"])
      await post(1, "/v1/tickets/T-1/tasks", { number, group: "acme-field", subject: "A task" });
  });

  after(async () => {
    await Promise.all(gateways.map((one) => one.kill()));
    await site?.remove();
    await mariadb?.stop();
  });

  const gateway = (index: number): GatewayProcess => gateways[index % GATEWAYS] as GatewayProcess;
  const desk = (index: number) => ({ url: gateway(index).url, key: site.keys.ticketing });
  const acme = (index: number) => ({ url: gateway(index).url, key: site.keys.acme });

  async function post(index: number, path: string, json: object): Promise<void> {
    const headers = { "x-api-key": site.keys.ticketing, "content-type": "application/json" };
    const answer = await fetch(gateway(index).url + path, { method: "POST", headers, body: JSON.stringify(json) });
    assert.equal(answer.status, 201, await answer.text());
  }

  test("four readers see every event of sixteen writers once, in order, without a gap", async () => {
    const start = await headOf(desk(0));
    const total = GATEWAYS * WRITERS_EACH * CALLS_EACH;
    const bell = createBell();
    const readers = Array.from({ length: GATEWAYS }, (_, index) => follow(desk(index), [start, start + total], bell));
    const writers = Array.from({ length: GATEWAYS * WRITERS_EACH }, (_, index) => write(index, bell));
    const answered = (await Promise.all(writers)).flat();
    for (const seen of await Promise.all(readers)) {
      assert.deepEqual(
        seen.map(({ sequence }) => Number(sequence)),
        Array.from({ length: total }, (_, index) => start + 1 + index),
      );
      assert.deepEqual(new Set(seen.map(({ id }) => id)), new Set(answered));
    }
  });

  /** Calls one after the other, by SOAP or REST, on tasks that other gateways write to as well; gives the events. */
  async function write(index: number, bell: Bell): Promise<string[]> {
    const events: string[] = [];
    for (let number = 0; number < CALLS_EACH; number++) {
      const command = { type: "update_message", task: `K-${number % 3}`, message: `writer ${index}, call ${number}` } as const;
      const told = await (number % 2 === 0 ? tellBySoap(acme(index), command) : tellByRest(acme(index), command));
      assert.equal(told.code, "done", told.text);
      events.push(told.event ?? "");
      bell.ring();
    }
    return events;
  }

  test("two gateways that change one task at once never undo each other's change", async () => {
    const start = await headOf(desk(0));
    const rounds = Array.from({ length: 40 }, (_, index) => index);
    const give = async (from: number, say: (round: number) => Promise<Told>): Promise<void> => {
      for (const round of rounds) {
        const told = await say(round);
        assert.equal(told.code, "done", `gateway ${from}: ${told.text}`);
      }
    };
    // One changes the reference alone, the other the solution alone: both must stand in every later event.
    await Promise.all([
      give(0, (round) => tellByRest(acme(0), { type: "acknowledge", task: "ONE", reference: `INC-${round}` })),
      give(1, (round) =>
        tellBySoap(acme(1), { type: "reassignment", task: "ONE", outcome: "solved", solution: `Solution ${round}` }),
      ),
      give(2, (round) =>
        tellByRest(desk(2), { type: "add_message", task: "ONE", text: `Note ${round}`, visibility: "internal" }),
      ),
    ]);
    const events = await readFeed(desk(3), start);
    assert.equal(events.length, 3 * rounds.length);
    assertEachStandsOnTheLast(events);
    const db = await connect(databaseUrl);
    await checkLedger(db);
    await db.close();
  });
});

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

/** Pages the feed of one gateway between two positions. With nothing new it waits until a writer was answered. */
async function follow(line: Line, [from, to]: [number, number], bell: Bell): Promise<FeedEvent[]> {
  const seen: FeedEvent[] = [];
  for (let at = from; at < to; ) {
    const more = bell.next();
    const { events, next } = await feedPage(line, at);
    seen.push(...events);
    if (next === at) await more;
    at = next;
  }
  return seen;
}

function assertEachStandsOnTheLast(events: readonly FeedEvent[]): void {
  let reference = -1;
  let solution = -1;
  for (const { type, data } of events) {
    if (type === "crossdesk.task.acknowledged") reference++;
    if (type === "crossdesk.task.solved") solution++;
    assert.equal(data.task?.reference ?? null, reference < 0 ? null : `INC-${reference}`);
    assert.equal(data.task?.solution ?? null, solution < 0 ? null : `Solution ${solution}`);
  }
  assert.deepEqual([reference, solution], [39, 39]);
}
