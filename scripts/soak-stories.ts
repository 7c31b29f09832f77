// The hard stories of the soak: falls, pressure, partners in trouble, mails and requests that are nearly right, and random stories that
// must be the same everywhere. Each is told once by its `tell`, as often as the soak wants.
import { randomInt, randomUUID } from "node:crypto";
import fc from "fast-check";
import { type TestDovecot, startDovecot } from "../test/helpers/dovecot.ts";
import { compareReaders, fuzzMails } from "../test/helpers/mail-fuzz.ts";
import { tellMutatedMails } from "../test/helpers/mail-fuzz-story.ts";
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
/** So many mutated mails are read, or as many as a quarter of the time gives, and as many are compared; fewer go through a mailbox. */
const MAILS = { read: 50_000, brought: 2_000 };
/** How long the soak takes. */
export const MINUTES = Number(process.env["CROSSDESK_SOAK_MINUTES"] ?? 4);
/** Ends what is under way in order. */
export const stopping = new AbortController();

/** What a story is told with. `after` undoes something when it has ended, last first. */
export interface Round {
  sqlite(): Promise<string>;
  mariadb(): Promise<string>;
  after(undo: () => Promise<unknown>): void;
}

/** One of them. */
export interface Story {
  name: string;
  /** Why it cannot be told on this machine, or false. */
  skip: false | string;
  /** Tells it once; gives a line of figures. */
  tell(round: Round): Promise<string>;
}

/** All of them, in the order they are told in. */
export const ALL: readonly Story[] = [
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
  { name: "mutated mails at the readers", skip: false, tell: tellMails },
  {
    name: "mutated mails through Dovecot, SQLite",
    skip: lacking("dovecot"),
    tell: async (round) => tellMailbox(round, await round.sqlite()),
  },
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

async function tellMails(): Promise<string> {
  const seed = randomInt(2 ** 32);
  console.log(`  seed ${seed}`);
  // Half of the time for each.
  const options = () => ({
    seed,
    mails: MAILS.read,
    signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(MINUTES * 7500)]),
  });
  const { mails, read, recognised } = await fuzzMails(options());
  const compared = await compareReaders(options());
  return `${mails} mails, ${read} read, ${recognised} recognised; ${compared.mails} compared, ${compared.quick} read quickly`;
}

async function tellMailbox({ after }: Round, databaseUrl: string): Promise<string> {
  const seed = randomInt(2 ** 32);
  console.log(`  seed ${seed}`);
  const dovecot = await startDovecot();
  after(() => dovecot.remove());
  const { mails, known, ends } = await tellMutatedMails({ databaseUrl, dovecot, seed, mails: MAILS.brought });
  return `${mails} mails, ${JSON.stringify(ends)}; ${known} known ones, each with its one event`;
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
