// Whether Systems and mappings fit together, and to the groups and providers of the site. Judges complete ones only, and changes nothing.
import { ALERT_KINDS, SIGNALS } from "../core/events.ts";
import type { TaskFields, TaskStatus, TicketFields } from "../core/task.ts";
import { type FieldLimit, LANGUAGES, type Language, type Mapping, type System, type Trigger } from "./outgoing.ts";
import type { GroupPlace, Places } from "./site-document.ts";
import { checkApi } from "./site-outgoing-apis.ts";
import type { Outgoing } from "./site-outgoing-defaults.ts";
import { checkName, checkRange, wrong } from "./site-refusal.ts";

/** Tells what is wrong with an expression or template, null when it can be read. */
export type CheckExpression = (language: Language, body: string) => string | null;

/** Throws `invalid_request` naming the first thing that does not fit; `after` is what the site would have then. */
export function checkOutgoing(outgoing: Outgoing, after: Places, checkExpression: CheckExpression): void {
  for (const system of outgoing.written.systems) checkSystem(system, checkExpression);
  // What stays must still fit to what was changed or taken away.
  for (const system of outgoing.systems.values()) checkHolder(system, after);
  for (const mapping of outgoing.mappings.values()) checkPlace(mapping, outgoing, after);
  for (const mapping of outgoing.written.mappings) checkMapping(mapping, outgoing, checkExpression);
  for (const group of after.groups.values()) {
    checkProcesses(group, outgoing);
    checkTakenAway(group, outgoing);
  }
}

/** What is shorter stands in too many words: masked everywhere it would spoil what is kept of requests and answers. */
const LEAST_SECRET_CHARS = 6;
const MOST = { secretChars: 4096, propertyChars: 4000, bodyBytes: 64 * 1024, expressionChars: 4000, retries: 30 };

function checkSystem(system: System, checkExpression: CheckExpression): void {
  const where = `system ${system.name}`;
  checkName(where, system.name);
  for (const [name, text] of Object.entries(system.secrets)) {
    checkName(`${where}, secret ${name}`, name);
    if (text.length < LEAST_SECRET_CHARS || text.length > MOST.secretChars)
      wrong(`${where}, secret ${name}`, "it has 6 to 4096 characters; shorter ones could not be hidden where they are shown");
  }
  for (const name of Object.keys(system.properties)) checkName(`${where}, property ${name}`, name);
  for (const name of Object.keys(system.values)) checkName(`${where}, values ${name}`, name);
  for (const [name, api] of Object.entries(system.apis)) {
    checkApi(name, api, system);
    for (const [read, expression] of Object.entries(api.answer))
      checkText(`${where}, api ${name}, answer ${read}`, expression, checkExpression);
  }
  for (const [name, limit] of Object.entries(system.limits)) checkLimit(`${where}, limit ${name}`, name, limit);
  checkDelivery(where, system.delivery);
}

/** An expression beside the body; null is none. */
function checkText(where: string, expression: string | null, checkExpression: CheckExpression): void {
  if (expression === null) return;
  if (expression.trim() === "" || expression.length > MOST.expressionChars)
    wrong(where, `an expression has 1 to ${MOST.expressionChars} characters`);
  const error = checkExpression("jsonata", expression);
  if (error !== null) wrong(where, error.replace(/\.$/, ""));
}

function checkLimit(where: string, name: string, { length }: FieldLimit): void {
  if (name in Object.prototype || name === "" || name.length > 200)
    wrong(where, "it names a field by a path of 1 to 200 characters");
  if (length !== null) checkRange(where, "length", length, [1, 1_000_000]);
}

const SECONDS = [1, 604_800] as const;
const RANGES = { timeoutMs: [1, 120_000], inFlight: [1, 256], attachmentBytes: [0, 104_857_600] } as const;

function checkDelivery(system: string, delivery: System["delivery"]): void {
  const where = `${system}, delivery`;
  const { retryAfterSeconds, perSecond } = delivery;
  if (retryAfterSeconds.length > MOST.retries) wrong(where, `retryAfterSeconds has at most ${MOST.retries} pauses`);
  for (const pause of retryAfterSeconds) checkRange(where, "each of retryAfterSeconds", pause, SECONDS);
  for (const name of ["timeoutMs", "inFlight", "attachmentBytes"] as const) checkRange(where, name, delivery[name], RANGES[name]);
  if (perSecond !== null) checkRange(where, "perSecond", perSecond, [1, 10_000]);
}

function checkHolder({ name, provider, groups: named }: System, { providers, groups }: Places): void {
  if (provider !== null && !providers.has(provider)) wrong(`system ${name}`, `there is no provider ${provider}`);
  const missing = named.find((one) => !groups.has(one));
  if (missing !== undefined) wrong(`system ${name}`, `there is no group ${missing}`);
}

function checkPlace({ name, system, api, trigger }: Mapping, { systems }: Outgoing, { groups, ticketStatuses }: Places): void {
  const where = `mapping ${name}`;
  const its = systems.get(system);
  if (!its) wrong(where, `there is no system ${system}; a system goes after the mappings that use it`);
  if (!Object.hasOwn(its.apis, api)) wrong(where, `the system ${system} has no api ${api}`);
  const missing = trigger?.groups?.find((one) => !groups.has(one));
  if (missing !== undefined) wrong(where, `there is no group ${missing}`);
  const strange = trigger?.ticketStatuses?.find((one) => !ticketStatuses.has(one));
  if (strange !== undefined)
    wrong(`${where}, trigger, ticketStatuses`, `${strange} is none of ${[...ticketStatuses].join(", ")}`);
  if (trigger?.alerts && its.provider !== null)
    wrong(where, `alerts are for the desk's own people, and the system ${system} belongs to the provider ${its.provider}`);
}

function checkMapping(mapping: Mapping, { systems }: Outgoing, checkExpression: CheckExpression): void {
  const { name, system, api, language, body, trigger } = mapping;
  const where = `mapping ${name}`;
  checkName(where, name);
  if (!LANGUAGES.includes(language)) wrong(where, `the language is one of ${LANGUAGES.join(", ")}`);
  if (Buffer.byteLength(body) > MOST.bodyBytes) wrong(where, "its body has more than 64 KiB");
  const target = systems.get(system)?.apis[api];
  const bodiless = target?.kind === "rest" && target.body === "none";
  if (body.trim() === "" && !bodiless) wrong(where, `the api ${api} sends a body, so the mapping needs one`);
  const error = body.trim() === "" ? null : checkExpression(language, body);
  if (error !== null) wrong(`${where}, body`, error.replace(/\.$/, ""));
  checkText(`${where}, condition`, mapping.condition, checkExpression);
  if (trigger) checkTrigger(`${where}, trigger`, trigger);
}

const TASK_STATUSES = { assigned: 1, acknowledged: 1, solved: 1, closed: 1 } satisfies Record<TaskStatus, 1>;
/** What an event can say it has changed. */
const FIELDS = {
  ...{ subject: 1, description: 1, priority: 1, requester: 1, custom: 1 },
  ...{ requesterPerson: 1, engineer: 1, appointment: 1, result: 1 },
  ...{ solution: 1, resolvedAt: 1, reference: 1, group: 1 },
} satisfies Record<keyof TaskFields | keyof TicketFields | "reference" | "group", 1>;

const ALERTS = Object.fromEntries(ALERT_KINDS.map((kind) => [kind, 1 as const]));

function checkTrigger(where: string, trigger: Trigger): void {
  const given = Object.entries(trigger).filter(([, list]) => list !== null);
  const empty = given.find(([, list]) => list.length === 0);
  if (empty) wrong(where, `an empty list of ${empty[0]} would never fit; leave it out, or name some`);
  if (trigger.alerts && given.length > 1) wrong(where, "alerts stand alone; make a second mapping for the rest");
  checkWords(`${where}, alerts`, trigger.alerts, ALERTS);
  checkWords(`${where}, taskStatuses`, trigger.taskStatuses, TASK_STATUSES);
  checkWords(`${where}, fields`, trigger.fields, FIELDS);
  for (const { type, direction } of trigger.requests ?? []) checkRequest(where, type, direction);
}

function checkWords(where: string, words: readonly string[] | null, known: Readonly<Record<string, 1>>): void {
  const strange = words?.find((one) => !Object.hasOwn(known, one));
  if (strange !== undefined) wrong(where, `${strange} is none of ${Object.keys(known).join(", ")}`);
}

function checkRequest(where: string, type: string, direction: "In" | "Out"): void {
  const signals = Object.values(SIGNALS);
  if (signals.some((one) => one.requestType === type && one.direction === direction)) return;
  const other = signals.find((one) => one.requestType === type);
  if (other) wrong(where, `the request type ${type} never goes ${direction}; write direction: ${other.direction}`);
  wrong(where, `the request type ${type} is none of ${[...new Set(signals.map((one) => one.requestType))].join(", ")}`);
}

/** A process that is no mapping is only a name in the event; one that is must be able to tell this group's tasks, to its provider alone. */
function checkProcesses({ name, provider, processes }: GroupPlace, { systems, mappings }: Outgoing): void {
  if (!provider) return;
  for (const [process, mapping] of Object.entries(processes ?? {})) {
    const system = systems.get(mappings.get(mapping ?? "")?.system ?? "");
    if (!system) continue;
    const its = `its process ${process} is the mapping ${mapping} of the system ${system.name}`;
    if (system.provider !== null && system.provider !== provider)
      wrong(`group ${name}`, `${its}, which belongs to the provider ${system.provider}; the group's own is ${provider}`);
    if (!system.unrestricted && system.projects.length === 0 && !system.groups.includes(name))
      wrong(`group ${name}`, `${its}, which may not see the group; add it to the groups of the system`);
  }
}

/** A group would go on starting a process by which nothing leaves any more. */
function checkTakenAway({ name, processes }: GroupPlace, { removed }: Outgoing): void {
  for (const [process, mapping] of Object.entries(processes ?? {})) {
    if (removed.mappings.has(mapping ?? ""))
      wrong(`mapping ${mapping}`, `the group ${name} names it as its process ${process}; give the group another, or none, first`);
  }
}
