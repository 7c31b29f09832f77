// The core without a store: decides commands against tasks held in memory, for tests of pure decisions.
import assert from "node:assert/strict";
import type { Command } from "../../src/core/commands/registry.ts";
import { decideUnit } from "../../src/core/decide.ts";
import type { Group, Person, Provider } from "../../src/core/directory.ts";
import type { FailureCode } from "../../src/core/errors.ts";
import type { TaskDraft } from "../../src/core/events.ts";
import type { Actor, Caller, Decision, StagedAttachment, Step, UnitInput, World } from "../../src/core/ports.ts";
import { DEFAULT_TICKET_STATUSES } from "../../src/store/site-tickets.ts";
import type { Task, Ticket } from "../../src/core/task.ts";

export const ACME: Caller = { kind: "provider", provider: "acme", credential: "acme-key" };
export const GLOBEX: Caller = { kind: "provider", provider: "globex", credential: "globex-key" };
export const TICKETING: Caller = { kind: "ticketing", credential: "ticketing-key" };
export const ADMINISTRATOR: Caller = { kind: "administrator", credential: "administrator-key" };

/** A fixed time, in milliseconds. */
export const NOW = Date.UTC(2026, 10, 22, 9, 30);

/** Of every file here. */
export const SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

const NO_PROCESS = { newAssignment: null, updateMessage: null, closure: null };

/** A group with the defaults of a plain assignment group; `changes` make it more. */
export function group(name: string, changes: Partial<Group> = {}): Group {
  return {
    name,
    provider: null,
    processes: NO_PROCESS,
    returnGroup: changes.provider ? "service-desk" : null,
    late: "refuse",
    closureOnWithdrawal: true,
    restartWithoutReference: false,
    ...changes,
  };
}

const PROCESSES = { newAssignment: "new-assignment", updateMessage: "update-message", closure: "closure" };

/** The usual groups: two of the desk's own, two of acme, one of globex. */
export const GROUPS: readonly Group[] = [
  group("service-desk"),
  group("second-line"),
  group("acme-field", { provider: "acme", processes: PROCESSES }),
  group("acme-hall", { provider: "acme", processes: { ...PROCESSES, newAssignment: "hall-new" } }),
  group("globex-net", { provider: "globex", processes: { newAssignment: "all", updateMessage: "all", closure: "all" } }),
];

/** Whom tickets may name: an engineer, and somebody who is none. */
export const PERSONS: readonly Person[] = [
  { id: "ada", name: "Ada Field", email: null, phone: "+49 30 1", language: null, roles: ["engineer"] },
  { id: "bob", name: "Bob", email: "bob@example.com", phone: null, language: "de", roles: ["requester"] },
];

/** A gateway's core in memory. */
export interface TestWorld {
  world: World;
  /** Every step taken, oldest first. */
  steps: Step[];
  /** Decides a unit; what it leads to is kept as the ledger would keep it. */
  decide(unit: Partial<UnitInput> & { caller: Actor; commands: readonly Command[]; at?: number }): Decision;
  /** Decides one command that must succeed, and gives its task events. */
  give(caller: Caller, command: Command): TaskDraft[];
  /** Decides one command that must be refused, and gives the code. */
  refused(caller: Caller, command: Command): FailureCode;
  task(number: string): Task;
  ticket(number: string): Ticket;
  /** Puts a whole file there that no event has; `provider` is who sent it, null for the desk. */
  stage(id: string, provider: string | null): void;
}

interface Held {
  tasks: Map<string, Task>;
  tickets: Map<string, Ticket>;
  processes: Map<string, string>;
  answers: Map<string, { event: string; at: number }>;
  alerts: Map<string, { since: number }>;
  /** The place in the history of the last step of each ticket and task. */
  revisions: Map<string, number>;
  /** Files by id; those that an event has took their task's number. */
  files: Map<string, StagedAttachment & { task?: string }>;
}

/** Makes a world with the ticket `T1` and no tasks. */
export function createWorld(groups: readonly Group[] = GROUPS, repeatWindowMs = 600_000): TestWorld {
  const held: Held = {
    tasks: new Map(),
    tickets: new Map(),
    processes: new Map(),
    answers: new Map(),
    alerts: new Map(),
    files: new Map(),
    revisions: new Map(),
  };
  const steps: Step[] = [];
  const world = worldOf(held, groups, repeatWindowMs);
  const decide: TestWorld["decide"] = (unit) => {
    const at = unit.at ?? NOW;
    const decision = decideUnit({ channel: "rest", ...unit, at, ids: [] }, world);
    if (decision.kind !== "new") return decision;
    for (const step of decision.steps.flat()) keep(step, held, steps);
    const [first] = decision.steps.flat();
    if (unit.digest && first && "task" in first)
      held.answers.set(answerKey(first.task.number, unit.digest), { event: "first", at });
    return decision;
  };
  decide({ caller: TICKETING, commands: [{ type: "create_ticket", number: "T1", fields: { subject: "No network" } }] });
  return {
    world,
    steps,
    decide,
    give(caller, command) {
      const decision = decide({ caller, commands: [command] });
      assert.equal(decision.kind, "new", JSON.stringify(decision));
      return decision.kind === "new" ? decision.steps.flat().flatMap(({ draft }) => (draft.kind === "task" ? [draft] : [])) : [];
    },
    refused(caller, command) {
      const decision = decide({ caller, commands: [command] });
      return decision.kind === "refused" ? decision.refusal.code : assert.fail(`not refused: ${JSON.stringify(decision)}`);
    },
    stage: (id, provider) => void held.files.set(id, { provider, size: 3, sha256: SHA256 }),
    ticket: (number) => held.tickets.get(number) ?? assert.fail(`no ticket ${number}`),
    task: (number) => held.tasks.get(number) ?? assert.fail(`no task ${number}`),
  };
}

function worldOf(held: Held, groups: readonly Group[], repeatWindowMs: number): World {
  const names = new Set(groups.flatMap((one) => (one.provider === null ? [] : [one.provider])));
  const providers = [...names].map((name): [string, Provider] => [name, { name, timeZone: "UTC", repeatWindowMs, test: false }]);
  let last = 0;
  return {
    directory: {
      ...{ ticketStatuses: DEFAULT_TICKET_STATUSES, issuers: new Map() },
      groups: new Map(groups.map((one) => [one.name, one])),
      providers: new Map(providers),
    },
    taskByNumber: (number) => held.tasks.get(number),
    taskByProcess: (id) => held.tasks.get(held.processes.get(id) ?? ""),
    tasksByReference: (provider, reference) => [...held.tasks.values()].filter((task) => task.references[provider] === reference),
    ticketByNumber: (number) => held.tickets.get(number),
    openTasksOf: (ticket) => [...held.tasks.values()].filter((task) => task.ticket === ticket && task.status !== "closed"),
    revisionOf: (kind, number) => held.revisions.get(`${kind} ${number}`) ?? null,
    person: (id) => PERSONS.find((one) => one.id === id),
    answerTo: (task, digest) => held.answers.get(answerKey(task, digest)),
    raisedAlert: (name) => held.alerts.get(name),
    stagedAttachment(id) {
      const file = held.files.get(id);
      return file && file.task === undefined ? file : undefined;
    },
    attachmentsOf: (task) => [...held.files.values()].filter((file) => file.task === task).length,
    nextNumber: (kind) => `${kind}-${++last}`,
  };
}

/** Each started process gets an id as in the store, here `process-<n>` by its place in the history. */
function keep(step: Step, held: Held, steps: Step[]): void {
  steps.push(step);
  if ("ticket" in step) {
    held.tickets.set(step.ticket.number, step.ticket);
    held.revisions.set(`ticket ${step.ticket.number}`, steps.length);
    return;
  }
  if ("about" in step) {
    const { name, since } = step.draft.changes.alert;
    if (step.draft.type === "alert.raised") held.alerts.set(name, { since });
    else held.alerts.delete(name);
    return;
  }
  held.tasks.set(step.task.number, step.task);
  held.revisions.set(`task ${step.task.number}`, steps.length);
  const file = held.files.get(step.draft.changes.attachment?.id ?? "");
  if (file) file.task = step.task.number;
  if (step.draft.process !== null) held.processes.set(`process-${steps.length}`, step.task.number);
}

function answerKey(task: string, digest: string): string {
  return `${task} ${digest}`;
}

/** A world with the task `K1` on ticket `T1`, given to `name`. */
export function withTask(name: string, groups: readonly Group[] = GROUPS): TestWorld {
  const made = createWorld(groups);
  made.give(TICKETING, {
    type: "create_task",
    ticket: "T1",
    number: "K1",
    group: name,
    fields: { subject: "Replace the switch" },
  });
  return made;
}
