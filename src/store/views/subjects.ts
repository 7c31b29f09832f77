// What deliveries are about: tasks and tickets, between the row ids that keep their order and the numbers people know. Read-only.
import type { Reader as Source, Value } from "../db.ts";

/** Tasks that one reference may lead to. */
const MOST_SUBJECTS = 200;

/** One place-holder for each value. */
export const places = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

/** Numbers of task and ticket by what keeps the order of deliveries: the row of a task, or minus the row of a ticket. */
export async function subjectNames(
  source: Source,
  subjects: readonly number[],
): Promise<Map<number, { task: string | null; ticket: string | null }>> {
  const wanted = [...new Set(subjects)];
  const tasks =
    wanted.length === 0
      ? []
      : await source.all<{ id: number; number: string; ticket: string }>(
          `select t.id, t.number, k.number as ticket from tasks t join tickets k on k.id = t.ticket_id where t.id in (${places(wanted)})`,
          wanted,
        );
  const tickets =
    wanted.length === 0
      ? []
      : await source.all<{ id: number; number: string }>(
          `select id, number from tickets where id in (${places(wanted)})`,
          wanted.map((subject) => -subject),
        );
  return new Map<number, { task: string | null; ticket: string | null }>([
    ...tickets.map(({ id, number }) => [-id, { task: null, ticket: number }] as const),
    ...tasks.map(({ id, number, ticket }) => [id, { task: number, ticket }] as const),
  ]);
}

/** Row ids of the tasks and, negative, tickets that the question names; null when it names none. */
export async function subjectsOf(
  source: Source,
  { task, reference }: { task?: string; reference?: string },
): Promise<number[] | null> {
  const named = task === undefined ? null : await ids(source, "select id from tasks where number = ?", task);
  const referred = reference === undefined ? null : await subjectsByReference(source, reference);
  if (named === null || referred === null) return named ?? referred;
  return named.filter((subject) => referred.includes(subject));
}

async function ids(source: Source, sql: string, ...values: Value[]): Promise<number[]> {
  return (await source.all<{ id: number }>(`${sql} limit ${MOST_SUBJECTS}`, values)).map((row) => row.id);
}

/** The same for one word: a number of the desk, or any number a task ever had at any provider. */
export async function subjectsByReference(source: Source, reference: string): Promise<number[]> {
  const found = new Set(await ids(source, "select id from tasks where number = ?", reference));
  for (const ticket of await ids(source, "select id from tickets where number = ?", reference)) {
    found.add(-ticket);
    for (const task of await ids(source, "select id from tasks where ticket_id = ? order by id desc", ticket)) found.add(task);
  }
  for (const provider of await referring(source)) {
    const sql = "select task_id as id from task_references where provider = ? and reference = ?";
    for (const task of await ids(source, sql, provider, reference)) found.add(task);
  }
  return [...found].slice(0, MOST_SUBJECTS);
}

/** Every provider that ever gave a reference, those that are gone too: the index begins with them, so each is one look. */
async function referring(source: Source): Promise<string[]> {
  const providers: string[] = [];
  for (let last = ""; ; last = providers.at(-1) ?? "") {
    const sql = "select provider from task_references where provider > ? order by provider limit 1";
    const [next] = await source.all<{ provider: string }>(sql, [last]);
    if (!next) return providers;
    providers.push(next.provider);
  }
}
