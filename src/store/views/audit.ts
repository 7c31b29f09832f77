// Read-only queries of the audit log, newest first: by the id alone, or by an index that ends with it.
import type { Reader as Source, Value } from "../db.ts";
import type { AuditFilter, AuditView, Page } from "./types.ts";

interface Row {
  id: number;
  at: number;
  who: string;
  address: string | null;
  request_id: string | null;
  kind: string;
  name: string;
  deed: string;
  state_before: string | null;
  state_after: string | null;
}

const COLUMNS = "a.id, a.at, a.who, a.address, a.request_id, a.kind, a.name, a.deed, a.state_before, a.state_after";

export async function listAudit(source: Source, filter: AuditFilter): Promise<Page<AuditView>> {
  const conditions: readonly [string, Value | undefined][] = [
    ["a.id < ?", filter.after === undefined ? undefined : Number(filter.after)],
    ["a.who = ?", filter.who],
    ["a.kind = ?", filter.kind],
    ["a.name = ?", filter.name],
    ["a.at >= ?", filter.since],
    ["a.at < ?", filter.until],
  ];
  const asked = conditions.filter((one): one is [string, Value] => one[1] !== undefined);
  const where = asked.length === 0 ? "" : `where ${asked.map(([text]) => text).join(" and ")}`;
  const values = [...asked.map(([, value]) => value), filter.limit + 1];
  const rows = await source.all<Row>(`select ${COLUMNS} from audit_log a ${where} order by a.id desc limit ?`, values);
  const items = rows.slice(0, filter.limit).map(viewOf);
  return { items, next: rows.length > filter.limit ? String(items.at(-1)?.id) : null };
}

function viewOf({ request_id: requestId, state_before: before, state_after: after, ...row }: Row): AuditView {
  return { ...row, requestId, before: read(before), after: read(after) };
}

const read = (text: string | null): AuditView["before"] => (text === null ? null : (JSON.parse(text) as AuditView["before"]));
