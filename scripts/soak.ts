// The hard stories again and again for some minutes: falls, pressure, partners in trouble, and random stories that must be the
// same everywhere.
// Every line it prints is one round; it ends with the count, and never calls a run good in which anything failed.
import { randomInt, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { type TestDovecot, startDovecot } from "../test/helpers/dovecot.ts";
import { startMariadb, type TestMariadb } from "../test/helpers/mariadb.ts";
import { takeDatabaseAway } from "../test/helpers/story-database-gone.ts";
import { killDelivering } from "../test/helpers/story-deliver-killed.ts";
import { shareDeliveries } from "../test/helpers/story-deliver-shared.ts";
import { fillDisk } from "../test/helpers/story-disk-full.ts";
import { killAgainAndAgain } from "../test/helpers/story-killed.ts";
import { tellFeedAlone } from "../test/helpers/story-feed-alone.ts";
import type { OutageCount } from "../test/helpers/story-outage.ts";
import { pressGateway } from "../test/helpers/story-pressed.ts";
import { emailSide, openStage, restSide, soapSide } from "../test/helpers/story-same.ts";
import { scripts } from "../test/helpers/story-scripts.ts";
import { lacking } from "../test/helpers/packages.ts";
import { lackingSmallDisk } from "../test/helpers/small-disk.ts";
import { fuzzRest } from "../test/helpers/rest-fuzz.ts";
import { fuzzSoap } from "../test/helpers/soap-fuzz.ts";
import { tellTroubled } from "../test/helpers/troubled-story.ts";

const KILLS = 10;
const OUTAGES = 5;
const PRESSED_CALLS = 100_000;
const STORIES = 200;
/** The assignment and the messages of each task are told to three Systems: 10,008 deliveries. */
const TROUBLED = { tasks: 417, messages: 7 };
/** Calls of each of four writers while all read, and falls of the broker meanwhile. */
const READERS = { calls: 1500, falls: 6 };
/** So many mutated requests, or as many as a quarter of the time gives. */
const MUTATED = 200_000;
const MINUTES = Number(process.env["CROSSDESK_SOAK_MINUTES"] ?? 4);

/** What a story is told with. `after` undoes something when it has ended, last first. */
interface Round {
  sqlite(): Promise<string>;
  mariadb(): Promise<string>;
  after(undo: () => Promise<unknown>): void;
}

interface Story {
  name: string;
  /** Why it cannot be told on this machine, or false. */
  skip: false | string;
  /** Tells it once; gives a line of figures. */
  tell(round: Round): Promise<string>;
}

const ALL: readonly Story[] = [
  { name: "random stories, the same by SOAP, REST and email", skip: false, tell: tellRandom },
  {
    name: `killed ${KILLS} times, SQLite`,
    skip: lacking("dovecot"),
    tell: async (round) => tellKilled(round, await round.sqlite()),
  },
  {
    name: `killed ${KILLS} times during deliveries, SQLite`,
    skip: false,
    tell: async (round) => tellKilledDelivering(await round.sqlite()),
  },
  { name: `pressed with ${PRESSED_CALLS} calls, SQLite`, skip: false, tell: async (round) => tellPressed(await round.sqlite()) },
  { name: "a partner in trouble, SQLite", skip: false, tell: async (round) => tellPartner(await round.sqlite()) },
  {
    name: "everybody reads the feed, SQLite",
    skip: lacking("nats"),
    tell: async (round) => tellReaders(await round.sqlite()),
  },
  { name: "REST calls made from the contract", skip: false, tell: tellFromContract },
  { name: "mutated SOAP requests, SQLite", skip: false, tell: async (round) => tellMutated(await round.sqlite()) },
  {
    name: `a disk that is full ${OUTAGES} times, SQLite`,
    skip: lackingSmallDisk(),
    tell: async ({ after }) => outageLine(await fillDisk((undo) => after(async () => undo()), OUTAGES)),
  },
  {
    name: `a database that goes away ${2 * OUTAGES} times, MariaDB`,
    skip: lacking("mariadb"),
    tell: async ({ after }) => outageLine(await takeDatabaseAway((undo) => after(async () => undo()), OUTAGES)),
  },
  {
    name: `killed ${KILLS} times, MariaDB`,
    skip: lacking("dovecot") || lacking("mariadb"),
    tell: async (round) => tellKilled(round, await round.mariadb()),
  },
  {
    name: `killed ${KILLS} times during deliveries, MariaDB`,
    skip: lacking("mariadb"),
    tell: async (round) => tellKilledDelivering(await round.mariadb()),
  },
  {
    name: "two gateways that deliver, one dies, MariaDB",
    skip: lacking("mariadb"),
    tell: async (round) => tellShared(await round.mariadb()),
  },
  {
    name: `pressed with ${PRESSED_CALLS} calls, MariaDB`,
    skip: lacking("mariadb"),
    tell: async (round) => tellPressed(await round.mariadb()),
  },
  { name: "a partner in trouble, MariaDB", skip: lacking("mariadb"), tell: async (round) => tellPartner(await round.mariadb()) },
];

async function tellRandom({ after }: Round): Promise<string> {
  const stage = await openStage(soapSide, restSide, emailSide);
  after(() => stage.close());
  let events = 0;
  const property = fc.asyncProperty(scripts, async (script) => {
    if (!stopping.signal.aborted) events += await stage.play(script);
  });
  await fc.assert(property, { numRuns: STORIES });
  return `${events} events compared`;
}

async function tellKilled({ after }: Round, databaseUrl: string): Promise<string> {
  const dovecot: TestDovecot = await startDovecot();
  after(() => dovecot.remove());
  const onKill = (count: number, answered: number): void =>
    console.log(`  fall ${count} of ${KILLS}, ${answered} calls answered`);
  const { answered, unanswered, sentAgain, mails } = await killAgainAndAgain({
    databaseUrl,
    kills: KILLS,
    dovecot,
    answers: 2000,
    onKill,
    signal: stopping.signal,
  });
  return `${answered} calls answered, ${unanswered} cut off, ${sentAgain} sent again, ${mails} mails: each counted once`;
}

async function tellPressed(databaseUrl: string): Promise<string> {
  const { done, busy, mostMemory, seconds } = await pressGateway(databaseUrl, PRESSED_CALLS);
  return `${done} stored, ${busy} told to come again, ${Math.round(mostMemory / 1024 / 1024)} MiB at most, ${seconds.toFixed(1)} s`;
}

async function tellKilledDelivering(databaseUrl: string): Promise<string> {
  const onKill = (count: number, arrived: number): void =>
    console.log(`  fall ${count} of ${KILLS}, ${arrived} deliveries arrived`);
  const { signal } = stopping;
  const { deliveries, again } = await killDelivering({ databaseUrl, kills: KILLS, arrivals: 600, onKill, signal });
  return `${deliveries} deliveries, ${again} arrived again: each known by its id, and answered for once`;
}

async function tellShared(databaseUrl: string): Promise<string> {
  const { deliveries, again, takenOver } = await shareDeliveries({ databaseUrl, waitForLeases: true });
  return `${deliveries} deliveries, ${takenOver} Systems taken over, ${again} arrived again`;
}

async function tellReaders(databaseUrl: string): Promise<string> {
  const { events, falls } = await tellFeedAlone({ databaseUrl, ...READERS });
  return `${events} events seen by seven readers, ${falls} falls of the broker`;
}

async function tellMutated(databaseUrl: string): Promise<string> {
  const seed = randomInt(2 ** 32);
  console.log(`  seed ${seed}`);
  const options = { seed, requests: MUTATED, mostMs: MINUTES * 15_000, signal: stopping.signal, databaseUrl };
  const { requests, answers, stored, growth } = await fuzzSoap(options);
  return `${requests} requests, ${answers} answers, ${stored} stored, memory grew by ${Math.round(growth / 1024 / 1024)} MiB`;
}

async function tellFromContract(): Promise<string> {
  const seed = randomInt(2 ** 32);
  console.log(`  seed ${seed}`);
  const told = await fuzzRest({ seed, calls: 20_000, mostMs: MINUTES * 15_000, signal: stopping.signal });
  return `${told.calls} calls, ${JSON.stringify(told.statuses)}, ${told.events} events of ${told.tasks} tasks`;
}

async function tellPartner(databaseUrl: string): Promise<string> {
  const seed = randomUUID();
  console.log(`  seed ${seed}`);
  const { deliveries, tries, deadLetters, mostMemory } = await tellTroubled({ databaseUrl, seed, ...TROUBLED });
  return `${deliveries} deliveries, ${tries} tries, ${deadLetters} dead letters, ${Math.round(mostMemory / 1024 / 1024)} MiB at most`;
}

function outageLine({ messages, busy, unknown }: OutageCount): string {
  return `${messages} messages stored once, ${busy} told to come again, ${unknown} not sure in between`;
}

const stopping = new AbortController();
let askedAt = 0;
process.on("SIGINT", () => {
  // A shell and npm may both hand on one key press.
  if (stopping.signal.aborted && Date.now() - askedAt > 1000) process.exit(130);
  if (stopping.signal.aborted) return;
  askedAt = Date.now();
  console.log("Stopping when what is under way has been counted; once more stops at once.");
  stopping.abort();
});

/** Tells a story once, in rooms of its own that are cleared afterwards whatever happened. */
async function tellOnce(story: Story, mariadb: TestMariadb | null): Promise<string> {
  const undo: (() => Promise<unknown>)[] = [];
  const after = (step: () => Promise<unknown>): void => void undo.push(step);
  const round: Round = {
    after,
    async sqlite() {
      const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-soak-"));
      after(() => rm(folder, { recursive: true, force: true }));
      return `sqlite:${path.join(folder, "crossdesk.db")}`;
    },
    async mariadb() {
      if (mariadb === null) throw new Error("there is no MariaDB");
      return mariadb.createDatabase();
    },
  };
  try {
    return await story.tell(round);
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** Tells it and prints the line; whether it passed. */
async function pass(story: Story, mariadb: TestMariadb | null): Promise<boolean> {
  const startedAt = Date.now();
  const seconds = (): string => `(${Math.round((Date.now() - startedAt) / 1000)} s)`;
  try {
    console.log(`passed: ${story.name}: ${await tellOnce(story, mariadb)} ${seconds()}`);
    return true;
  } catch (error) {
    console.log(`FAILED: ${story.name} ${seconds()}\n${error instanceof Error ? error.stack : String(error)}`);
    return false;
  }
}

async function main(): Promise<void> {
  if (!(MINUTES > 0)) throw new Error("CROSSDESK_SOAK_MINUTES takes a number of minutes above 0");
  const end = Date.now() + MINUTES * 60_000;
  for (const { name, skip } of ALL) if (skip !== false) console.log(`NOT TOLD: ${name} (${skip})`);
  const told = ALL.filter((story) => story.skip === false);
  const mariadb = lacking("mariadb") ? null : await startMariadb({ own: true });
  const count = { passed: 0, failed: 0 };
  try {
    for (let index = 0; !stopping.signal.aborted && Date.now() < end; index++) {
      const good = await pass(told[index % told.length] as Story, mariadb);
      count[good ? "passed" : "failed"]++;
    }
  } finally {
    await mariadb?.stop();
  }
  console.log(`${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
}

await main();
