// What the audit log tells of a change of the site: the row before and after, of secrets only that they changed.
import type { By } from "../lib/by.ts";
import { type AuditEntry, difference } from "./audit.ts";
import type { KeyVersion } from "./site.ts";
import type { SiteChange } from "./site-document.ts";
import type { Columns } from "./site-rows.ts";

/** A change with the rows on both its sides; no row is nothing there. */
export interface RowChange {
  told: SiteChange;
  before: Columns | undefined;
  after: Columns | undefined;
  /** Where it was more than written. */
  deed?: string | undefined;
}

/** Columns that hold a secret, sealed or hashed: neither is anybody's business. */
const SECRETS: ReadonlySet<string> = new Set(["hash", "sealed", "password", "secrets", "key_versions"]);
/** Columns that hold JSON. */
const DOCUMENTS: ReadonlySet<string> = new Set(["settings", "soap", "networks", "scopes", "roles"]);

/** The entry of one change. */
export function siteEntry(by: By, { told: { kind, name, change }, before, after, deed = change }: RowChange): AuditEntry {
  const about = { by, kind, name, deed };
  if (before && after) {
    const { before: was, after: is } = difference(shown(before), shown(after));
    return { ...about, before: was, after: { ...is, ...secretsChanged(before, after), ...keysShown(after) } };
  }
  return { ...about, before: before ? shown(before) : null, after: after ? shown(after) : null };
}

function shown(row: Columns): object {
  const parts = Object.entries(row).filter(([column]) => !SECRETS.has(column));
  return Object.fromEntries(parts.flatMap(([column, value]) => partsOf(column, value)));
}

/** The settings of a thing stand beside its name, as in the site document. */
function partsOf(column: string, value: unknown): [string, unknown][] {
  const read: unknown = DOCUMENTS.has(column) && typeof value === "string" && value !== "" ? JSON.parse(value) : value;
  if (Array.isArray(read) && column === "settings") return [["list", read]];
  if (column === "settings" && typeof read === "object" && read !== null) return Object.entries(read);
  return [[column.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()), read]];
}

/** Which keys there are after a rotation, and until when. */
function keysShown({ key_versions: column }: Columns): object {
  if (typeof column !== "string") return {};
  const versions = JSON.parse(column) as readonly KeyVersion[];
  const end = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return { keys: versions.map(({ version, endsAt }) => ({ version, endsAt: end(endsAt) })) };
}

function secretsChanged(before: Columns, after: Columns): object {
  return [...SECRETS].some((column) => column in after && before[column] !== after[column]) ? { secret: "changed" } : {};
}
