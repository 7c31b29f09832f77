// `crossdesk import`: takes over tickets and tasks from a file of records, through a running gateway or straight into the database
// of one that is stopped. Both ways end at the same door.
import type { Direct } from "../app/direct.ts";
import type { ImportRecord } from "../core/import-record.ts";
import type { ImportResult } from "../core/importing.ts";
import { type Call, type CliCommand, EXIT, goOn, textOf, WrongUsage } from "./command.ts";
import { directly } from "./direct.ts";
import { GATEWAY_OPTIONS, type Gateway, gatewayOf } from "./gateway.ts";
import { createProgress, type Progress } from "./progress.ts";
import { type CheckRecord, type Line, readLines } from "./record-file.ts";

const TEXT = `
Takes over tickets and tasks from FILE (- for standard input): one JSON object a
line, as crossdesk export writes them and docs/taking-over.md describes them.
Tickets stand before their tasks. Groups and providers are set up before, by
crossdesk apply or with --with-site from the file itself.

No process starts and nothing leaves to anybody. The same file again changes
nothing, also when tasks have gone on since. A record that has changed is
reported and left alone, unless --update is given.

What is wrong is told as FILE:LINE and harms no other line. Stopped by Ctrl-C it
says which line to go on from; starting at the beginning again is right too.

Without --url the database of DATABASE_URL is written directly, which needs the
gateway stopped on SQLite.`;

export const importCommand: CliCommand = {
  summary: "take over tickets and tasks from another gateway",
  line: "import FILE [--dry-run] [--update] [--with-site] [--url URL --key KEY]",
  text: TEXT,
  words: { least: 1, most: 1 },
  options: {
    "dry-run": { type: "boolean", says: "tells line by line what would happen, and changes nothing" },
    update: { type: "boolean", says: "what is here already becomes what a changed record says" },
    "with-site": { type: "boolean", says: "applies the providers and groups of the file's site line first" },
    from: { type: "string", value: "LINE", says: "begins at this line" },
    json: { type: "boolean", says: "prints each result as JSON, one a line" },
    ...GATEWAY_OPTIONS,
  },
  async run(call) {
    const gateway = gatewayOf(call);
    const counts = gateway
      ? await run(call, remote(gateway, call))
      : await directly(call, (direct) => run(call, local(direct, call)));
    return counts.refused > 0 ? EXIT.failed : EXIT.done;
  },
};

/** Where the records go. */
interface Target {
  take(records: readonly ImportRecord[]): Promise<readonly ImportResult[]>;
  applySite(document: object): Promise<void>;
}

function remote(gateway: Gateway, { values }: Call): Target {
  return {
    async take(records) {
      const tickets = records.filter((one) => one.kind === "ticket");
      const tasks = records.filter((one) => one.kind === "task");
      const body = { tickets, tasks, update: values["update"] === true, dryRun: values["dry-run"] === true };
      return (await gateway.call<{ results: ImportResult[] }>("POST", "/v1/imports", body)).results;
    },
    applySite: async (document) => void (await gateway.call("POST", "/v1/site", document)),
  };
}

function local({ store, door }: Direct, { values }: Call): Target {
  const trial = values["dry-run"] === true;
  const options = { door, caller: { kind: "gateway" }, update: values["update"] === true, trial } as const;
  return {
    async take(records) {
      const [{ importRecords }, { passOverNumbers }] = await Promise.all([
        import("../core/importing.ts"),
        import("../app/numbers.ts"),
      ]);
      const sorted = [...records.filter((one) => one.kind === "ticket"), ...records.filter((one) => one.kind === "task")];
      const results = await importRecords(options, sorted);
      if (!trial) await passOverNumbers(store)(sorted);
      return results;
    },
    applySite: async (document) => void (await store.admin.apply(document)),
  };
}

interface Counts {
  imported: number;
  unchanged: number;
  refused: number;
}

/** What is gathered before it is sent: few enough that Ctrl-C is heard soon. */
const RECORDS_AT_ONCE = 200;
const CHARACTERS_AT_ONCE = 4_000_000;

async function run(call: Call, target: Target): Promise<Counts> {
  const state = { counts: { imported: 0, unchanged: 0, refused: 0 }, tickets: new Set<string>() };
  const work: Work = { call, target, file: call.words[0] ?? "-", ...state, progress: createProgress(call) };
  let batch: Taken[] = [];
  let size = 0;
  for await (const line of readLines({ file: work.file, from: firstLine(call), check: await recordCheck() })) {
    if ("wrong" in line) await refuse(work, line.number, line.wrong);
    else if ("site" in line) await site(work, line);
    else {
      batch.push(line);
      size += JSON.stringify(line.record).length;
    }
    if (batch.length < RECORDS_AT_ONCE && size < CHARACTERS_AT_ONCE) continue;
    await take(work, batch);
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) await take(work, batch);
  const { imported, unchanged, refused } = state.counts;
  const would = call.values["dry-run"] === true ? "would be " : "";
  call.note(`${imported} ${would}imported, ${unchanged} unchanged, ${refused} refused.`);
  return state.counts;
}

interface Work {
  call: Call;
  target: Target;
  file: string;
  counts: Counts;
  /** Numbers of tickets that a dry run would have made. */
  tickets: Set<string>;
  progress: Progress;
}

type Taken = Extract<Line, { record: ImportRecord }>;

async function take(work: Work, batch: readonly Taken[]): Promise<void> {
  const { call, counts, progress } = work;
  const stop = (): void => goOn(call, `Stopped. crossdesk import ${work.file} --from ${batch[0]?.number} goes on.`);
  stop();
  const results = new Map<string, ImportResult[]>();
  const taken = work.target.take(batch.map(({ record }) => record)).catch((error: unknown) => {
    stop(); // A call that was cut off may have been carried out: the same lines again change nothing.
    throw error;
  });
  for (const one of await taken) {
    const name = `${one.kind} ${one.number}`;
    results.set(name, [...(results.get(name) ?? []), one]);
  }
  for (const { number, record } of batch) {
    const result = results.get(`${record.kind} ${record.number}`)?.shift();
    if (!result) throw new Error(`The gateway did not say what became of line ${number}.`);
    await tell(work, number, withTicketsToCome(result, record, work));
  }
  progress.at(
    () => `line ${batch.at(-1)?.number}: ${counts.imported} imported, ${counts.unchanged} unchanged, ${counts.refused} refused`,
  );
}

/** A dry run writes no ticket, so its task would look for one in vain. */
function withTicketsToCome(result: ImportResult, record: ImportRecord, { call, tickets }: Work): ImportResult {
  if (call.values["dry-run"] !== true) return result;
  if (record.kind === "ticket" && result.result === "imported") tickets.add(record.number);
  const comes = record.kind === "task" && result.code === "unknown_ticket" && tickets.has(record.ticket);
  return comes ? { ...result, result: "imported", code: null, detail: null } : result;
}

async function tell({ call, counts, file }: Work, line: number, result: ImportResult): Promise<void> {
  counts[result.result] += 1;
  const { kind, number, code, detail } = result;
  if (call.values["json"] === true) await call.print(JSON.stringify({ line, ...result }));
  else if (result.result === "refused") await call.print(`${file}:${line}: ${kind} ${number}: ${code}: ${detail}`);
  else if (call.values["dry-run"] === true)
    await call.print(`${file}:${line}: ${kind} ${number}: ${result.result === "imported" ? "would be imported" : "unchanged"}`);
}

async function refuse({ call, counts, file }: Work, line: number, wrong: string): Promise<void> {
  counts.refused += 1;
  const result = { line, kind: null, number: null, result: "refused", code: "invalid_request", detail: wrong };
  await call.print(call.values["json"] === true ? JSON.stringify(result) : `${file}:${line}: ${wrong}`);
}

/** Credentials, mailboxes and Systems need their secrets, which no export has: they are applied by hand. */
async function site({ call, target }: Work, line: { site: object }): Promise<void> {
  if (call.values["with-site"] !== true) return;
  if (call.values["dry-run"] === true)
    return call.note("A dry run leaves the site alone: tasks are checked against the groups that are here.");
  const { providers = [], groups = [] } = line.site as { providers?: object[]; groups?: object[] };
  await target.applySite({ providers: providers.map(stated), groups: groups.map(stated) });
  call.note(`The site has the file's ${providers.length} providers and ${groups.length} groups.`);
}

/** What a description calls null is absent in a document. */
function stated(thing: object): object {
  return Object.fromEntries(
    Object.entries(thing).flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === "object" && !Array.isArray(value) ? stated(value) : value]],
    ),
  );
}

function firstLine(call: Call): number {
  const from = textOf(call, "from") ?? "1";
  if (!/^[1-9]\d{0,14}$/.test(from)) throw new WrongUsage(`--from takes the number of a line, not "${from}".`);
  return Number(from);
}

/** A record is checked against the very contract that the gateway reads. */
async function recordCheck(): Promise<CheckRecord> {
  const { checkAgainstContract } = await import("../site-file.ts");
  const check = checkAgainstContract("importRecords");
  return (record) => {
    const said = check({ [`${record.kind}s`]: [record] });
    return said === null
      ? null
      : said.replace(/^[^:]*?: /, (place) => place.replace(/^(tickets|tasks)\.0\.?/, `${record.kind} `));
  };
}
