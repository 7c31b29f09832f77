// What a page costs where there is little and where there is much: the same pages of the feed and of lists of tasks, over HTTP, at a
// thousand and at a million events.
import path from "node:path";
import type { TestMariadb } from "../test/helpers/mariadb.ts";
import { type GatewayProcess, type KnownSite, startProcess } from "../test/helpers/process.ts";
import { type Amount, fillMany } from "./many-tasks.ts";
import { median } from "./report.ts";
import { seed } from "./seed.ts";

export const PAGES = "pages";
/** A page may cost so much more where there is a thousand times as much. */
export const GOAL_RATIO = 1.5;

const SMALL: Amount = { tasks: 1000, events: 1000 };
const LARGE: Amount = { tasks: 100_000, events: 1_000_000 };
const QUICK: Amount = { tasks: 20_000, events: 100_000 };
const LIMIT = 20;
const WARM = 15;
const MEASURED = 80;

export interface PageMeasured {
  database: string;
  page: string;
  /** Milliseconds, medians. */
  smallMs: number;
  largeMs: number;
  ratio: number;
}

type Who = "acme" | "ticketing";

interface Page {
  name: string;
  who: Who;
  path(amount: Amount): string;
}

const cursor = (letter: string, at: number): string => Buffer.from(`${letter}${at}`).toString("base64url");

/** A list of tasks: its first page, and one where three fifths of the tasks are behind. */
function tasks(name: string, who: Who, query = ""): Page[] {
  const first = `/v1/tasks?limit=${LIMIT}${query}`;
  return [
    { name: `${name}, first page`, who, path: () => first },
    { name: `${name}, deep`, who, path: (amount) => `${first}&after=${cursor("m", amount.tasks * 0.6)}` },
  ];
}

function feed(name: string, query = ""): Page[] {
  const at = (after: number): string => `/v1/events?limit=${LIMIT}&after=${after}${query}`;
  return [
    { name: `feed${name}, first page`, who: "ticketing", path: () => at(0) },
    { name: `feed${name}, deep`, who: "ticketing", path: (amount) => at(amount.events * 0.6) },
  ];
}

const PAGES_MEASURED: readonly Page[] = [
  ...feed(""),
  ...feed(" of one type", "&type=crossdesk.task.closed"),
  ...feed(" of one provider", "&provider=globex"),
  ...feed(" of one direction", "&direction=In"),
  { name: "feed of one task", who: "ticketing", path: () => `/v1/events?limit=1&task=TSK-7` },
  ...tasks("provider: all", "acme"),
  ...tasks("provider: assigned", "acme", "&status=assigned"),
  ...tasks("provider: two statuses", "acme", "&status=assigned,solved"),
  ...tasks("provider: a group", "acme", "&group=acme-field"),
  { name: "provider: a reference", who: "acme", path: () => "/v1/tasks?reference=INC7" },
  { name: "provider: a ticket", who: "acme", path: () => "/v1/tasks?ticket=TKT-7" },
  {
    name: "provider: changes, from the newest",
    who: "acme",
    path: ({ events }) => `/v1/tasks?limit=${LIMIT}&after=${cursor("c", events - 100)}`,
  },
  {
    name: "provider: changes, from long ago",
    who: "acme",
    path: ({ events, tasks: count }) => `/v1/tasks?limit=${LIMIT}&after=${cursor("c", events - count)}`,
  },
  ...tasks("desk: all", "ticketing"),
  ...tasks("desk: solved", "ticketing", "&status=solved"),
  ...tasks("desk: a group", "ticketing", "&group=globex-net"),
  { name: "desk: a reference", who: "ticketing", path: () => "/v1/tasks?reference=INC7" },
  { name: "history of a task", who: "acme", path: () => "/v1/tasks/TSK-7/events?limit=1" },
];

/** Measures all pages at both amounts, in turns, so that whatever slows the machine slows both alike. */
async function measureOn(
  database: string,
  site: KnownSite,
  gateways: readonly [GatewayProcess, GatewayProcess],
  amounts: readonly [Amount, Amount],
): Promise<PageMeasured[]> {
  const measured: PageMeasured[] = [];
  for (const page of PAGES_MEASURED) {
    const times: [number[], number[]] = [[], []];
    for (let call = 0; call < WARM + MEASURED; call++) {
      for (const at of [0, 1] as const) {
        const ms = await timed(`${gateways[at].url}${page.path(amounts[at])}`, site.keys[page.who]);
        if (call >= WARM) times[at].push(ms);
      }
    }
    const [smallMs, largeMs] = [median(times[0]), median(times[1])];
    measured.push({ database, page: page.name, smallMs, largeMs, ratio: largeMs / smallMs });
  }
  return measured;
}

async function timed(url: string, key: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(url, { headers: { "x-api-key": key } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url} was answered ${answer.status}: ${text.slice(0, 300)}`);
  return performance.now() - startedAt;
}

interface Place {
  folder: string;
  site: KnownSite;
  mariadb: TestMariadb | null;
  quick: boolean;
}

/** On each database a small one and a large one, both served at the same time. */
export async function measurePages({ folder, site, mariadb, quick }: Place): Promise<PageMeasured[]> {
  const amounts = [SMALL, quick ? QUICK : LARGE] as const;
  const kinds: [string, (name: string) => Promise<string>][] = [
    ["SQLite", async (name) => `sqlite:${path.join(folder, `${name}.db`)}`],
  ];
  if (mariadb) kinds.push(["MariaDB", () => mariadb.createDatabase()]);
  const measured: PageMeasured[] = [];
  for (const [database, create] of kinds) {
    const gateways: GatewayProcess[] = [];
    try {
      for (const amount of amounts) {
        const databaseUrl = await create(`pages-${amount.events}`);
        await seed(databaseUrl, site.document, 0);
        await fillMany(databaseUrl, amount, (text) => console.log(`${database}, ${text}`));
        const logFile = path.join(folder, `pages-${database}-${amount.events}.log`);
        gateways.push(await startProcess({ site, databaseUrl, logFile }));
      }
      const [small, large] = gateways;
      if (small && large) measured.push(...(await measureOn(database, site, [small, large], amounts)));
    } finally {
      for (const one of gateways) await one.kill();
    }
  }
  return measured;
}

/** The figures as text, the costliest growth first. */
export function pagesTable(measured: readonly PageMeasured[]): string {
  const rows = measured.toSorted((one, other) => other.ratio - one.ratio);
  const width = Math.max(...rows.map((one) => one.page.length));
  const lines = rows.map(({ database, page, smallMs, largeMs, ratio }) => {
    const mark = ratio > GOAL_RATIO ? "  over the goal" : "";
    return `${database.padEnd(8)} ${page.padEnd(width)} ${smallMs.toFixed(2).padStart(8)} ${largeMs.toFixed(2).padStart(8)} ${ratio.toFixed(2).padStart(6)}${mark}`;
  });
  return [`${"".padEnd(9)}${"page".padEnd(width)} small ms large ms  ratio (goal ${GOAL_RATIO})`, ...lines].join("\n");
}
