// The hard stories again and again for some minutes. CROSSDESK_SOAK_STORY tells only those whose names begin with it.
// Every line it prints is one round; it ends with the count, and never calls a run good in which anything failed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startMariadb, type TestMariadb } from "../test/helpers/mariadb.ts";
import { lacking } from "../test/helpers/packages.ts";
import { ALL, MINUTES, type Round, type Story, stopping } from "./soak-stories.ts";

const ONLY = process.env["CROSSDESK_SOAK_STORY"] ?? "";

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
  const wanted = ALL.filter(({ name }) => name.startsWith(ONLY));
  if (wanted.length === 0) throw new Error(`CROSSDESK_SOAK_STORY begins none of: ${ALL.map(({ name }) => name).join("; ")}`);
  for (const { name, skip } of wanted) if (skip !== false) console.log(`NOT TOLD: ${name} (${skip})`);
  const told = wanted.filter((story) => story.skip === false);
  const mariadb =
    lacking("mariadb") || !told.some(({ name }) => name.endsWith("MariaDB")) ? null : await startMariadb({ own: true });
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
