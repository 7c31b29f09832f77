// References of tasks, by task. Those in force stand in the tasks' rows; those that were replaced are found by an index of their own.
import type { Reader as Source } from "../db.ts";
import { referencesInForce } from "../rows.ts";
import { places } from "./subjects.ts";

/** A reference that a provider gave a task. `since` is when, in milliseconds UTC. */
export interface GivenReference {
  provider: string;
  reference: string;
  since: number;
}

/** A task as far as its references go. `past` is the column of that name. */
export interface TaskWithPast {
  id: number;
  past: string;
}

/** So many replaced ones are looked at. */
const MOST = 200;
const REPLACED = "from task_references where until is not null and task_id";

/** What the tasks are called by providers, or ever were; of the names that were replaced the first 200. */
export async function namesOf(
  source: Source,
  tasks: readonly TaskWithPast[],
): Promise<{ provider: string; reference: string }[]> {
  if (tasks.length === 0) return [];
  const ids = tasks.map(({ id }) => id);
  const sql = `select distinct provider, reference ${REPLACED} in (${places(ids)}) limit ${MOST}`;
  const replaced = await source.all<{ provider: string; reference: string }>(sql, ids);
  return distinct([...replaced, ...tasks.flatMap(({ past }) => referencesInForce(past))]);
}

/** The references of a task by providers that are there still: first those that were replaced, each kind in the order of time. */
export async function referencesOf(source: Source, { id, past }: TaskWithPast): Promise<GivenReference[]> {
  const known = "provider in (select name from providers)";
  const replaced = await rows(source, `${REPLACED} = ? and ${known}`, [id]);
  const inForce: GivenReference[] = [];
  for (const { provider, reference } of referencesInForce(past)) {
    const one = `from task_references where provider = ? and reference = ? and task_id = ? and ${known}`;
    inForce.push(...(await rows(source, one, [provider, reference, id])));
  }
  // One that was replaced since its row was read counts once.
  return distinct([...replaced, ...inForce.sort((one, other) => one.since - other.since)]);
}

function rows(source: Source, from: string, values: readonly (string | number)[]): Promise<GivenReference[]> {
  return source.all<GivenReference>(`select provider, reference, since ${from} order by since`, values);
}

function distinct<T extends { provider: string; reference: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [`${one.provider}\n${one.reference}`, one])).values()];
}
