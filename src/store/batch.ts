// One batch of units inside one transaction: load and lock, decide each in order, write what was decided.
import type { FailureCode } from "../core/errors.ts";
import type { CommandResult, Decide, Decision, DuplicateKey, Outcome, SideWrite, Unit, World } from "../core/ports.ts";
import type { Names } from "../core/commands/command.ts";
import type { Command } from "../core/commands/registry.ts";
import { isInForce } from "../lib/scopes.ts";
import { type Alerts, readAlerts } from "./alerts.ts";
import { type Attachments, readAttachments } from "./attachments.ts";
import { type Cursors, readCursors } from "./cursors.ts";
import { type Session, StoreError } from "./db.ts";
import { load, type Loaded, referenceKey, type Wanted } from "./loading.ts";
import { type Messages, readMessages } from "./messages.ts";
import { type Nonces, readNonces } from "./nonces.ts";
import { makeNumbers } from "./new-numbers.ts";
import { readPersons } from "./persons.ts";
import { type Positions, readPositions } from "./positions.ts";
import { type Queues, readQueues } from "./deliveries.ts";
import { readReceipts, receiptId, type Receipts } from "./receipts.ts";
import type { Site } from "./site.ts";
import { issuerOf, speaksFor } from "./site-issuers.ts";
import { type Effects, readEffects } from "./mail-effects.ts";
import { batchWorld } from "./world.ts";
import { emptyWriting, takeSteps, type Writing, writeAll } from "./writing.ts";

/** How one unit of a batch ended: an answer, or a failure that concerns it alone. */
export type UnitEnd = { outcome: Outcome } | { failure: FailureCode };

/** What the batch is given from outside the store, so that the store knows no rules. */
export interface Rules {
  decide: Decide;
  /** What a command names, and whether it may change wide fields. */
  specOf(command: Command): { names(command: Command): Names; writesFields: boolean; writesTicket?: true };
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
  cursors: Cursors;
  messages: Messages;
  effects: Effects;
  writing: Writing;
  world: World;
}

export async function runBatch(session: Session, units: readonly Unit[], context: BatchContext): Promise<UnitEnd[]> {
  const wanted = wantedBy(units, context.rules);
  // Most batches are calls that bring neither side write nor key: nothing is then looked through for them.
  const withSide = units.filter((unit) => unit.side !== undefined);
  const queues = await readQueues(session, withSide);
  const numbers = await makeNumbers(session, wanted, context);
  const positions = await readPositions(session, withSide);
  const alerts = await readAlerts(session, wanted.alerts, withSide);
  const cursors = await readCursors(session, withSide);
  const nonces = await readNonces(session, withSide);
  if (wanted.wholeTickets.size > 0) await keepSite(session, context.site);
  const loaded = await load(session, wanted, context.rules.mostCandidates);
  const receipts = await readReceipts(
    session,
    units.filter((unit) => unit.key !== undefined),
  );
  const attachments = await readAttachments(session, withSide, { ids: wanted.attachments, tasks: loaded.tasks });
  const messages = await readMessages(session, withSide);
  const effects = await readEffects(session, withSide);
  const persons = await readPersons(session, wanted.persons);
  const world = batchWorld({ site: context.site, loaded, numbers, alerts, attachments, persons });
  const guards = { positions, queues, alerts, nonces, attachments, cursors, messages, effects };
  const batch: Batch = { ...context, ...guards, loaded, receipts, world, writing: emptyWriting() };
  const ends = units.map((unit) => endOf(unit, batch));
  await nonces.write(session);
  await writeAll(session, batch);
  await queues.write(session);
  await alerts.write(session);
  await attachments.write(session);
  await cursors.write(session);
  await messages.write(session);
  await effects.write(session);
  return ends;
}

/** Until the batch ends no status can go from the site's list that a ticket of it is given. */
async function keepSite(session: Session, { version }: Site): Promise<void> {
  if (session.exclusive) return;
  const [row] = await session.all<{ value: number }>("select value from meta where name = 'config' lock in share mode");
  if (row?.value !== version) throw new StoreError("conflict", new Error("the site was changed meanwhile"));
}

/** What must be loaded, and the numbers given to what is new; null asks for one to be made. */
interface WantedBy extends Wanted {
  newTickets: (string | null)[];
  newTasks: (string | null)[];
}

function wantedBy(units: readonly Unit[], rules: Rules): WantedBy {
  const wanted: WantedBy = {
    tasks: new Set(),
    tickets: new Set(),
    references: new Map(),
    alerts: new Set(),
    attachments: new Set(),
    withFields: false,
    wholeTickets: new Set(),
    ticketsWithTasks: new Set(),
    persons: new Set(),
    newTickets: [],
    newTasks: [],
  };
  for (const unit of units) {
    for (const command of unit.commands) {
      const spec = rules.specOf(command);
      const names = spec.names(command);
      want(unit, names, wanted);
      if (spec.writesTicket && names.ticket) wanted.wholeTickets.add(names.ticket);
      if (spec.writesFields) wanted.withFields = true;
    }
  }
  return wanted;
}

function want({ caller }: Unit, names: Names, wanted: WantedBy): void {
  const { task, ticket, newTask, newTicket, alert, attachment, withTasks, persons } = names;
  const name = task?.task?.trim();
  const reference = task?.reference?.trim();
  if (name) wanted.tasks.add(name);
  if (reference && (!name || task?.found) && caller.kind === "provider") {
    wanted.references.set(referenceKey(caller.provider, reference), { provider: caller.provider, reference });
  }
  if (newTask) wanted.tasks.add(newTask.trim());
  if (ticket) wanted.tickets.add(ticket);
  if (ticket && withTasks) wanted.ticketsWithTasks.add(ticket);
  if (persons) for (const id of persons) wanted.persons.add(id);
  if (newTicket) wanted.tickets.add(newTicket.trim());
  if (alert) wanted.alerts.add(alert);
  if (attachment) wanted.attachments.add(attachment);
  if (newTicket !== undefined) wanted.newTickets.push(newTicket);
  if (newTask !== undefined) wanted.newTasks.push(newTask);
}

function endOf(unit: Unit, batch: Batch): UnitEnd {
  if (unit.side && !allows(unit.side, batch)) return { failure: "guard_lost" };
  if (unit.commands.length > 0 && !stillHolds(unit, batch.site)) return refusal("unauthenticated");
  if (!batch.nonces.use(unit.side)) return refusal("unauthenticated");
  const before = unit.key && batch.receipts.find(unit.key, unit.at);
  if (before && before.payload !== unit.key?.payload) return refusal("key_reused");
  if (before) return repeated(unit, before.results, batch);
  const decision = batch.rules.decide(unit, batch.world);
  return { outcome: outcomeOf(unit, decision, batch) };
}

function allows(side: SideWrite, { positions, queues, alerts, attachments, cursors, messages }: Batch): boolean {
  return [positions, queues, alerts, attachments, cursors, messages].every((guard) => guard.allows(side));
}

/**
 * Whether the credential shown is there still, in force, and belongs to the same holder: it may have gone or changed hands since. The gateway
 * shows none; no channel can speak in its name.
 */
function stillHolds({ caller, at }: Pick<Unit, "caller" | "at">, { credentials, issuers, mailboxes }: Site): boolean {
  if (caller.kind === "gateway") return true;
  if (caller.kind === "mailbox") return mailboxes.has(caller.mailbox);
  const issuer = issuerOf(caller.credential);
  if (issuer !== null) return speaksFor(issuers.get(issuer), caller);
  const credential = credentials.get(caller.credential);
  const holder = credential?.holder;
  return (
    holder?.kind === caller.kind &&
    (credential?.limits === undefined || isInForce(credential.limits, at)) &&
    (caller.kind !== "provider" || (holder.kind === "provider" && holder.provider === caller.provider))
  );
}

function refusal(code: FailureCode): UnitEnd {
  return { outcome: { status: "refused", index: 0, refusal: { code } } };
}

function takeSide(
  unit: Unit,
  { positions, queues, alerts, attachments, cursors, messages, writing }: Batch,
  [led]: readonly CommandResult[],
): void {
  const { side, at } = unit;
  if (!side) return;
  positions.take(side, writing, at);
  queues.take(side, at);
  alerts.take(side);
  attachments.take(unit);
  cursors.take(side, at);
  messages.take(side, at, { event: led?.events[0] ?? null, task: led?.task ?? null });
}

function repeated(unit: Unit, results: readonly CommandResult[], batch: Batch): UnitEnd {
  takeSide(unit, batch, results);
  return { outcome: { status: "done", results, repeated: true } };
}

function outcomeOf(unit: Unit, decision: Decision, batch: Batch): Outcome {
  if (decision.kind === "refused") return { status: "refused", index: decision.index, refusal: decision.refusal };
  if (unit.trial) return trialOf(unit, decision);
  const results = decision.kind === "repeat" ? [decision.result] : takeSteps(unit, decision.steps, batch);
  takeSide(unit, batch, results);
  if (decision.kind === "repeat") return { status: "done", results, repeated: true };
  batch.effects.take(unit.side, unit.at);
  if (unit.key) remember(unit.key, unit.at, results, batch);
  return { status: "done", results, repeated: false };
}

/** How it would end. What it would write is seen by nobody, not even the next one on trial. */
function trialOf(unit: Unit, decision: Exclude<Decision, { kind: "refused" }>): Outcome {
  if (decision.kind === "repeat") return { status: "done", results: [decision.result], repeated: true };
  let next = 0;
  const results = decision.steps.map((steps) => ({
    task: null,
    ticket: null,
    events: steps.map(() => unit.ids[next++] ?? ""),
  }));
  return { status: "done", results, repeated: false };
}

function remember(key: DuplicateKey, at: number, results: readonly CommandResult[], { receipts }: Batch): void {
  receipts.put(receiptId(key), { key, results, payload: key.payload, expiresAt: at + key.keepMs, state: "new" });
}
