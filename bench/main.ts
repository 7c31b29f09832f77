// npm run bench: every subject a process of its own, in turns, so that whatever slows the machine slows them all alike.
// It measures and counts; it never calls a figure good when what was stored does not agree with what was answered.
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startMariadb } from "../test/helpers/mariadb.ts";
import { lacking, program } from "../test/helpers/packages.ts";
import { type GatewayProcess, writeSite } from "../test/helpers/process.ts";
import { DELIVERY_NAMES, type DeliveriesMeasured, measureDeliveries } from "./deliveries.ts";
import { GOAL_MS, HOSTILE, type HostileMeasured, hostileTable, measureHostile } from "./hostile.ts";
import { MAIL_HELP, MAIL_NAMES, type MailFigures, mailFaults, mailLines, measureMailSubjects } from "./mail-subjects.ts";
import { GOAL_RATIO, measurePages, type PageMeasured, PAGES, pagesTable } from "./pages.ts";
import { disagreements, type Run, rowsOf, tableOf } from "./report.ts";
import { type Ground, RAW, rawOf, SUBJECTS, settledHead, type Subject } from "./subjects.ts";
import { runWrk } from "./wrk.ts";

const RESULTS = fileURLToPath(new URL("results/latest.json", import.meta.url));
const NAMES: readonly string[] = [...SUBJECTS.map((one) => one.name), ...MAIL_NAMES, ...DELIVERY_NAMES, HOSTILE, PAGES];

const HELP = `npm run bench -- [options]

  --rounds <n>    rounds over all subjects (5)
  --seconds <n>   length of one run (5)
  --only <names>  some subjects, comma-separated: ${NAMES.join(", ")}
  --quick         one round of 2 seconds, fewer tasks and mails: shows that it works, not how fast it is
  --help          this text

The table has the median over the rounds, the least and the most, and the ratio to ${RAW} at the same connections (for
bodies of 20 KB to the raw server reading those). ${HOSTILE} sends bodies of 4 MiB of the worst kinds and prints how long each
held the event loop at the longest, with a goal of ${GOAL_MS} ms. ${PAGES} reads pages of the feed and of lists of tasks at 1,000 events and at
1,000,000 events of 100,000 tasks, on SQLite and MariaDB, and prints the ratio, with a goal of ${GOAL_RATIO}.
${MAIL_HELP}
At the end it checks that events stored = calls answered with success. wrk drops the calls under way when a run ends, one
for each connection at most; those may be stored and are not counted, so up to that many more events are taken as right.
The results are also written to bench/results/latest.json.`;

interface Plan {
  rounds: number;
  seconds: number;
  connections: readonly number[];
  tasks: number;
  mails: number;
  subjects: readonly Subject[];
  mailSubjects: readonly string[];
  withHostile: boolean;
  withPages: boolean;
  quick: boolean;
  deliveries: readonly string[];
}

function readPlan(): Plan | null {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string" },
      seconds: { type: "string" },
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const names = values.only?.split(",").map((one) => one.trim());
  const unknown = names?.find((one) => !NAMES.includes(one));
  if (unknown !== undefined) throw new Error(`there is no subject ${unknown}; --help lists them`);
  const { quick } = values;
  return {
    rounds: positive("--rounds", values.rounds, quick ? 1 : 5),
    seconds: positive("--seconds", values.seconds, quick ? 2 : 5),
    connections: [16, 64],
    tasks: quick ? 20_000 : 100_000,
    mails: quick ? 400 : 2_000,
    subjects: SUBJECTS.filter(({ name }) => names?.includes(name) ?? true),
    mailSubjects: MAIL_NAMES.filter((name) => names?.includes(name) ?? true),
    withHostile: names?.includes(HOSTILE) ?? true,
    withPages: names?.includes(PAGES) ?? true,
    quick,
    deliveries: DELIVERY_NAMES.filter((name) => names?.includes(name) ?? true),
  };
}

function positive(option: string, given: string | undefined, otherwise: number): number {
  const number = Number(given ?? otherwise);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} takes a whole number from 1`);
  return number;
}

type Running = Subject & { gateway: GatewayProcess };

/** Runs everything in turns: each round visits every subject, with each number of connections. */
async function runAll(running: readonly Running[], { site, tasks }: Ground, plan: Plan): Promise<Run[]> {
  const runs: Run[] = [];
  const one = async (subject: Running, connections: number, seconds: number, run: string): Promise<Run> => {
    const { name, kind, gateway, keeps } = subject;
    const before = keeps ? await settledHead(gateway, site) : 0;
    const measured = await runWrk({ url: gateway.url, kind, key: site.keys.acme, tasks, connections, seconds, run });
    const stored = keeps ? (await settledHead(gateway, site)) - before : null;
    return { subject: name, connections, stored, ...measured };
  };
  // Code is compiled as it is used: the first second is not measured.
  for (const subject of running) await one(subject, 16, 1, "warm");
  for (let round = 1; round <= plan.rounds; round++) {
    for (const connections of plan.connections) {
      for (const subject of running) {
        const run = await one(subject, connections, plan.seconds, `r${round}c${connections}`);
        runs.push(run);
        console.log(`round ${round}, ${connections} connections, ${subject.name}: ${Math.round(run.perSecond)}/s`);
      }
    }
  }
  return runs;
}

async function startAll(subjects: readonly Subject[], ground: Ground): Promise<Running[]> {
  const running: Running[] = [];
  for (const subject of subjects) {
    const startedAt = Date.now();
    running.push({ ...subject, gateway: await subject.start(ground) });
    console.log(`started ${subject.name}: ${subject.says} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
  return running;
}

interface Figures {
  runs: Run[];
  mails: MailFigures;
  deliveries: DeliveriesMeasured[];
  hostile: HostileMeasured[];
  pages: PageMeasured[];
}

async function measure(plan: Plan): Promise<Figures> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-bench-"));
  const site = await writeSite();
  const mariadb = lacking("mariadb") ? null : await startMariadb({ own: true });
  const ground: Ground = { folder, site, tasks: plan.tasks, mariadb };
  const running: Running[] = [];
  // Ctrl-C: the processes end with this one, by their guards.
  process.once("SIGINT", () => {
    for (const one of [folder, site.folder]) rmSync(one, { recursive: true, force: true });
    process.exit(130);
  });
  try {
    running.push(
      ...(await startAll(
        plan.subjects.filter((one) => one.needs !== "mariadb" || mariadb !== null),
        ground,
      )),
    );
    const runs = await runAll(running, ground, plan);
    const mebibytes = running.map(({ name, gateway }) => `${name} ${Math.round(gateway.memory().most / 1024 / 1024)}`);
    console.log(`\nMost memory in MiB: ${mebibytes.join(", ")}`);
    for (const { gateway } of running) await gateway.stop();
    const mails = await measureMailSubjects({ folder, mariadb, mails: plan.mails, rounds: plan.rounds }, plan.mailSubjects);
    const deliveries = await measureDeliveries({ folder, mariadb, seconds: plan.seconds }, plan.deliveries);
    const hostile = plan.withHostile ? await measureHostile(folder) : [];
    const pages = plan.withPages ? await measurePages({ folder, site, mariadb, quick: plan.quick }) : [];
    return { runs, mails, deliveries, hostile, pages };
  } finally {
    for (const { gateway } of running) await gateway.kill();
    await mariadb?.stop();
    await site.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const plan = readPlan();
  if (plan === null) return console.log(HELP);
  if (plan.subjects.length > 0 || plan.deliveries.length > 0) program("wrk");
  const startedAt = new Date();
  const { runs, mails, deliveries, hostile, pages } = await measure(plan);
  const rows = rowsOf(runs, rawOf);
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}; load from the same machine`;
  console.log(`\n${machine}\n\n${tableOf(rows)}`);
  for (const line of mailLines(mails)) console.log(line);
  for (const { name, says, figure, unit } of deliveries) console.log(`${name}: ${figure.toFixed(1)} ${unit}: ${says}`);
  if (pages.length > 0) console.log(`\n${pagesTable(pages)}`);
  if (hostile.length > 0) console.log(`\n${hostileTable(hostile)}`);
  const wrong = [
    ...deliveries.flatMap((one) => one.wrong.map((what) => `${one.name}: ${what}`)),
    ...disagreements(runs),
    ...mailFaults(mails),
  ];
  const stored = runs.reduce((sum, one) => sum + (one.stored ?? 0), 0);
  console.log(
    wrong.length > 0 ? `\nDOES NOT ADD UP:\n${wrong.join("\n")}` : `\nEvents stored agree with calls answered: ${stored} events.`,
  );
  await mkdir(path.dirname(RESULTS), { recursive: true });
  await writeFile(
    RESULTS,
    `${JSON.stringify({ startedAt, machine, plan: { ...plan, subjects: plan.subjects.map((one) => one.name) }, rows, ...mails, deliveries, hostile, pages, runs, wrong }, null, 2)}\n`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}

await main();
