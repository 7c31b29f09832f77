// Systems that are gone and left open deliveries or dead letters behind: their queue went with them, so they are found by what is
// there. Read-only; however many deliveries a name has, the walk goes from each name to the next by index.
import type { Reader as Source } from "../db.ts";

/** The queue a System has that is gone, as a table of one row `q`, or none. The name is that of a column, so it is compared as one. */
export const LEFT_QUEUE =
  "(select system_name, 0 as held, null as held_from, null as held_until, null as note from deliveries where system_name = ? limit 1) q";

/** A walk within one statement would be such a seek for SQLite, but a look at the whole index for MariaDB. */
const NEXT_QUERY = "select min(system_name) as name from deliveries where system_name > ?";

const OPEN_QUERY = "select 1 from deliveries where system_name = ? and state in ('ready', 'behind', 'rejected') limit 1";

/** Names after one, in order, at most `limit`. */
export async function leftNames(source: Source, after: string, limit: number): Promise<string[]> {
  const queues = await source.all<{ system_name: string }>("select q.system_name from delivery_queues q");
  const known = new Set(queues.map((row) => row.system_name));
  const found: string[] = [];
  for (let name: string | null = after; name !== null && found.length < limit; ) {
    const [next]: { name: string | null }[] = await source.all<{ name: string | null }>(NEXT_QUERY, [name]);
    name = next?.name ?? null;
    if (name !== null && !known.has(name) && (await source.all(OPEN_QUERY, [name])).length > 0) found.push(name);
  }
  return found;
}
