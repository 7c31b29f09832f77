// Persons: read one by one when a ticket names them, or in pages. Written by the site's administration alone.
import type { Person } from "../core/directory.ts";
import type { Reader, SelectShape, Session, Value } from "./db.ts";
import type { Page } from "./views/types.ts";

export interface PersonRow {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  language: string | null;
  /** JSON. */
  roles: string;
}

const PERSONS: SelectShape = {
  table: "persons",
  columns: ["id", "name", "email", "phone", "language", "roles"],
  by: ["id"],
};

/** A stored person. */
export function personOf({ id, name, email, phone, language, roles }: PersonRow): Person {
  return { id, name, email, phone, language, roles: JSON.parse(roles) as Person["roles"] };
}

/** The persons that commands of a batch name, by id. Nothing is asked of the database when they name none. */
export async function readPersons(session: Session, ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Person>> {
  if (ids.size === 0) return new Map();
  const keys = [...ids].sort().map((id) => [id]);
  const rows = await session.select<PersonRow>(PERSONS, keys);
  return new Map(rows.map((row) => [row.id, personOf(row)]));
}

export interface PersonFilter {
  email?: string;
  /** Continue after this id, as given in `next`. */
  after?: string;
  /** 1 to 200. */
  limit: number;
}

export interface PersonViews {
  one(id: string): Promise<Person | null>;
  /** By id. */
  list(filter: PersonFilter): Promise<Page<Person>>;
}

const QUERY = "select id, name, email, phone, language, roles from persons";

/** Read-only queries over persons. */
export function createPersonViews(source: Reader): PersonViews {
  return {
    async one(id) {
      const [row] = await source.all<PersonRow>(`${QUERY} where id = ?`, [id]);
      return row ? personOf(row) : null;
    },
    async list({ email, after = "", limit }) {
      const where = email === undefined ? "id > ?" : "email = ? and id > ?";
      const values: Value[] = email === undefined ? [after] : [email.toLowerCase(), after];
      const rows = await source.all<PersonRow>(`${QUERY} where ${where} order by id limit ?`, [...values, limit + 1]);
      const page = rows.slice(0, limit);
      return { items: page.map(personOf), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
    },
  };
}
