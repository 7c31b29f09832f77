// Groups and persons one by one: the same as a site document that holds the one thing, so that nothing is written in two ways.
import type { Group, Person } from "../../core/directory.ts";
import type { Site } from "../../store/site.ts";
import { byOf, type Visit } from "../visit.ts";
import { contentTag, etagOf } from "./conditional.ts";
import type { Call, EmptyAnswer, Services } from "./operation.ts";
import { Problem } from "./problem.ts";
import type { ResultOf, Schemas } from "./typed.ts";

type Changes = ResultOf<"applySite">["changes"];

/** A group, with the marker of an Integrated Group. */
export function groupJson({ name, provider, returnGroup, processes, ...rest }: Group): Schemas["Group"] {
  const { late, closureOnWithdrawal, restartWithoutReference } = rest;
  const { newAssignment, updateMessage, closure } = processes;
  return {
    ...{ name, integrated: provider !== null, provider, returnGroup },
    processes: { newAssignment, updateMessage, closure },
    ...{ late, closureOnWithdrawal, restartWithoutReference },
  };
}

/** The group now. Throws `not_found`. */
export function presentGroup(name: string, site: Pick<Site, "groups">): Schemas["Group"] {
  const group = groupThere(name, site);
  if (!group) throw new Problem("not_found", `There is no group ${name}.`);
  return group;
}

/** The group now; null when there is none. */
export function groupThere(name: string, { groups }: Pick<Site, "groups">): Schemas["Group"] | null {
  const group = groups.get(name);
  return group ? groupJson(group) : null;
}

/** The person now. Throws `not_found`. */
export async function presentPerson(id: string, { persons }: Pick<Services, "persons">): Promise<Person> {
  const person = await persons.one(id);
  if (!person) throw new Problem("not_found", `There is no person ${id}.`);
  return person;
}

/**
 * Throws `precondition_failed` unless an If-Match names the tag that a GET has for what is there now, null for nothing. Asked where the
 * document is made, so that of two who read the same one alone writes.
 */
export function checkMatch({ ifMatch }: Pick<Call, "ifMatch">, present: object | null): void {
  if (ifMatch === null) return;
  const tag = present && contentTag(JSON.stringify(present));
  if (tag === null || !ifMatch.includes(tag))
    throw new Problem("precondition_failed", undefined, tag === null ? {} : { headers: etagOf(tag) });
}

/**
 * Applies a document in the caller's name. One that is made from what there is, is made again when something was changed in between.
 */
export function write(document: Parameters<Services["applySite"]>[0], visit: Visit, services: Services): Promise<Changes> {
  return services.applySite(document, byOf(visit));
}

/** Whether a PUT made something new. */
export const putStatus = (changes: Changes): 200 | 201 => (changes.some(({ change }) => change === "created") ? 201 : 200);

/** The answer to a DELETE. Throws `not_found` when there was nothing. */
export function gone(changes: Changes): EmptyAnswer & { status: 204 } {
  if (!changes.some(({ change }) => change === "removed")) throw new Problem("not_found");
  return { status: 204 };
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** A JSON merge patch (RFC 7396). What is removed is absent, and takes its default. */
export function merged<T extends object>(present: T, patch: object): T {
  const after = new Map<string, unknown>(Object.entries(present));
  for (const [name, value] of Object.entries(patch)) {
    const before = after.get(name);
    if (value === null) after.delete(name);
    else after.set(name, isObject(value) ? merged(isObject(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(after) as T;
}
