// One batch of units inside one transaction: load and lock, decide each in order, write what was decided.
import type { FailureCode } from "../core/errors.ts";
import type { Actor, CommandResult, Decide, Decision, DuplicateKey, Outcome, Unit, World } from "../core/ports.ts";
import type { Names } from "../core/commands/command.ts";
import type { Command } from "../core/commands/registry.ts";
import { type Alerts, readAlerts } from "./alerts.ts";
import { type Attachments, readAttachments } from "./attachments.ts";
import type { Session } from "./db.ts";
import { load, type Loaded, referenceKey, type Wanted } from "./loading.ts";
import { type Nonces, readNonces } from "./nonces.ts";
import { type Positions, readPositions } from "./positions.ts";
import { type Queues, readQueues } from "./deliveries.ts";
import { readReceipts, receiptId, type Receipts } from "./receipts.ts";
import type { Site } from "./site.ts";
import { batchWorld } from "./world.ts";
import { emptyWriting, takeSteps, type Writing, writeAll } from "./writing.ts";

/** How one unit of a batch ended: an answer, or a failure that concerns it alone. */
export type UnitEnd = { outcome: Outcome } | { failure: FailureCode };

/** What the batch is given from outside the store, so that the store knows no rules. */
export interface Rules {
  decide: Decide;
  /** What a command names, and whether it may change wide fields. */
  specOf(command: Command): { names(command: Command): Names; writesFields: boolean };
  mostCandidates: number;
}

export interface BatchContext {
  rules: Rules;
  site: Site;
  formats: { ticket: string; task: string };
}

interface Batch extends BatchContext {
  loaded: Loaded;
  receipts: Receipts;
  positions: Positions;
  queues: Queues;
  alerts: Alerts;
  nonces: Nonces;
  attachments: Attachments;
  writing: Writing;
  world: World;
}

export async function runBatch(session: Session, units: readonly Unit[], context: BatchContext): Promise<UnitEnd[]> {
  const wanted = wantedBy(units, context.rules);
  const queues = await readQueues(session, units);
  const numbers = await makeNumbers(session, units, context);
  const positions = await readPositions(session, units);
  const alerts = await readAlerts(session, wanted.alerts, units);
  const nonces = await readNonces(session, units);
  const loaded = await load(session, wanted, context.rules.mostCandidates);
  const receipts = await readReceipts(session, units);
  const attachments = await readAttachments(session, units, { ids: wanted.attachments, tasks: loaded.tasks });
  const world = batchWorld({ site: context.site, loaded, numbers, alerts, attachments });
  const guards = { positions, queues, alerts, nonces, attachments };
  const batch: Batch = { ...context, ...guards, loaded, receipts, world, writing: emptyWriting() };
  const ends = units.map((unit) => endOf(unit, batch));
  await nonces.write(session);
  await writeAll(session, batch);
  await queues.write(session);
  await alerts.write(session);
  await attachments.write(session);
  return ends;
}

function wantedBy(units: readonly Unit[], rules: Rules): Wanted {
  const wanted: Wanted = {
    tasks: new Set(),
    tickets: new Set(),
    references: new Map(),
    alerts: new Set(),
    attachments: new Set(),
    withFields: false,
  };
  for (const unit of units) {
    for (const command of unit.commands) want(unit, rules.specOf(command).names(command), wanted);
    if (unit.commands.some((command) => rules.specOf(command).writesFields)) wanted.withFields = true;
  }
  return wanted;
}

function want({ caller }: Unit, { task, ticket, newTask, newTicket, alert, attachment }: Names, wanted: Wanted): void {
  const name = task?.task?.trim();
  const reference = task?.reference?.trim();
  if (name) wanted.tasks.add(name);
  else if (reference && caller.kind === "provider") {
    wanted.references.set(referenceKey(caller.provider, reference), { provider: caller.provider, reference });
  }
  if (newTask) wanted.tasks.add(newTask.trim());
  if (ticket) wanted.tickets.add(ticket);
  if (newTicket) wanted.tickets.add(newTicket.trim());
  if (alert) wanted.alerts.add(alert);
  if (attachment) wanted.attachments.add(attachment);
}

/** Draws the numbers that new tickets and tasks of this batch will need, passing over those the desk has used itself. */
async function makeNumbers(session: Session, units: readonly Unit[], context: BatchContext) {
  const names = units.flatMap((unit) => unit.commands.map((command) => context.rules.specOf(command).names(command)));
  const ticket = await drawNumbers(session, "ticket", asked(names.map((one) => one.newTicket)), context);
  return { ticket, task: await drawNumbers(session, "task", asked(names.map((one) => one.newTask)), context) };
}

interface Asked {
  /** How many numbers must be made. */
  count: number;
  /** The numbers that units of this batch bring themselves. */
  own: ReadonlySet<string>;
}

/** What is not given at all makes nothing new; a number of white space alone is one to be made. */
function asked(numbers: readonly (string | null | undefined)[]): Asked {
  const given = numbers.filter((one) => one !== undefined).map((one) => one?.trim() ?? "");
  return { count: given.filter((one) => one === "").length, own: new Set(given) };
}

async function drawNumbers(
  session: Session,
  kind: "ticket" | "task",
  { count, own }: Asked,
  { formats }: BatchContext,
): Promise<string[]> {
  const free: string[] = [];
  while (free.length < count) {
    const missing = count - free.length;
    const last = await session.raise(`${kind}_number`, missing);
    const drawn = Array.from({ length: missing }, (_, index) => formats[kind].replace("{n}", String(last - missing + 1 + index)));
    const keys = { columns: ["number"], values: drawn.map((one) => [one]) };
    const taken = new Set((await session.select<{ number: string }>(`${kind}s`, ["number"], keys)).map((row) => row.number));
    free.push(...drawn.filter((one) => !taken.has(one) && !own.has(one)));
  }
  return free;
}

function endOf(unit: Unit, batch: Batch): UnitEnd {
  const guards = [batch.positions, batch.queues, batch.alerts, batch.attachments];
  if (!guards.every((guard) => guard.allows(unit.side))) return { failure: "guard_lost" };
  if (unit.commands.length > 0 && !stillHolds(unit.caller, batch.site)) return refusal("unauthenticated");
  if (!batch.nonces.use(unit.side)) return refusal("unauthenticated");
  const before = unit.key && batch.receipts.find(unit.key, unit.at);
  if (before && before.payload !== unit.key?.payload) return refusal("key_reused");
  if (before) return repeated(unit, before.results, batch);
  const decision = batch.rules.decide(unit, batch.world);
  return { outcome: outcomeOf(unit, decision, batch) };
}

/**
 * Whether the credential shown is there still and belongs to the same holder: it may have gone or changed hands since. The gateway
 * shows none; no channel can speak in its name.
 */
function stillHolds(caller: Actor, { credentials }: Site): boolean {
  if (caller.kind === "gateway") return true;
  const holder = credentials.get(caller.credential)?.holder;
  return (
    holder?.kind === caller.kind &&
    (caller.kind !== "provider" || (holder.kind === "provider" && holder.provider === caller.provider))
  );
}

function refusal(code: FailureCode): UnitEnd {
  return { outcome: { status: "refused", index: 0, refusal: { code } } };
}

function takeSide(unit: Unit, { positions, queues, alerts, attachments, writing }: Batch): void {
  const { side, at } = unit;
  positions.take(side, writing, at);
  queues.take(side, at);
  alerts.take(side);
  attachments.take(unit);
}

function repeated(unit: Unit, results: readonly CommandResult[], batch: Batch): UnitEnd {
  takeSide(unit, batch);
  return { outcome: { status: "done", results, repeated: true } };
}

function outcomeOf(unit: Unit, decision: Decision, batch: Batch): Outcome {
  if (decision.kind === "refused") return { status: "refused", index: decision.index, refusal: decision.refusal };
  takeSide(unit, batch);
  if (decision.kind === "repeat") return { status: "done", results: [decision.result], repeated: true };
  const results = takeSteps(unit, decision.steps, batch);
  if (unit.key) remember(unit.key, unit.at, results, batch);
  return { status: "done", results, repeated: false };
}

function remember(key: DuplicateKey, at: number, results: readonly CommandResult[], { receipts }: Batch): void {
  receipts.put(receiptId(key), { key, results, payload: key.payload, expiresAt: at + key.keepMs, state: "new" });
}
