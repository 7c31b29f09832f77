// Read-only queries over tickets: one, pages of those that fit, and what happened to one.
import type { Reader as Source, Value } from "../db.ts";
import { ticketVersion } from "../fields.ts";
import { eventChain } from "./events.ts";
import type { EventView, Page, TicketFilter, TicketView } from "./types.ts";

interface TicketRow {
  id: number;
  number: string;
  created_at: number;
  updated_at: number;
  last_position: number;
  fields: string;
}

const QUERY = `select k.id, k.number, k.created_at, k.updated_at, k.last_position, v.fields from tickets k
  join ticket_versions v on v.ticket_id = k.id and v.version = k.version`;

function ticketView(row: TicketRow): TicketView {
  const { number, created_at: createdAt, updated_at: updatedAt, last_position: revision } = row;
  return { number, ...ticketVersion(row.fields), createdAt, updatedAt, revision };
}

/** A ticket by number, or null. */
export async function oneTicket(source: Source, number: string): Promise<TicketView | null> {
  const [row] = await source.all<TicketRow>(`${QUERY} where k.number = ?`, [number]);
  return row ? ticketView(row) : null;
}

/** The events of the ticket itself, oldest first; null when there is no such ticket. */
export async function ticketHistory(
  source: Source,
  number: string,
  page: { after: number; limit: number },
): Promise<Page<EventView> | null> {
  const ticket = await oneTicket(source, number);
  return ticket && eventChain(source, ticket.revision, page, { kind: "desk" });
}

/** Where a ticket stands in the list: by its id, or by when it was changed and its id. */
interface Place {
  id: number;
  at: number;
}

/**
 * One page of tickets. Each status, and each of the two ways a requester is named, has an index in the order of the list, so that
 * each is asked on its own for a page and the pages are merged: an `in` would have all that fit sorted for every page.
 */
export async function listTickets(source: Source, filter: TicketFilter): Promise<Page<TicketView>> {
  const found = new Map<number, Place>();
  for (const { sql, values } of placeQueries(filter))
    for (const one of await source.all<Place>(sql, values)) found.set(one.id, one);
  const byTime = filter.updatedSince !== undefined;
  const order = [...found.values()].sort((a, b) => (byTime ? a.at - b.at || a.id - b.id : a.id - b.id));
  const page = order.slice(0, filter.limit);
  const last = order.length > filter.limit ? page.at(-1) : undefined;
  const next = last === undefined ? null : byTime ? `${last.at}-${last.id}` : String(last.id);
  return { items: await ticketsAt(source, page), next };
}

async function ticketsAt(source: Source, page: readonly Place[]): Promise<TicketView[]> {
  if (page.length === 0) return [];
  const sql = `${QUERY} where k.id in (${page.map(() => "?").join(", ")})`;
  const ids = page.map(({ id }) => id);
  const rows = new Map((await source.all<TicketRow>(sql, ids)).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []).map(ticketView);
}

interface Query {
  sql: string;
  values: Value[];
}

/** The queries for the places of a page, each with an index of its own. */
export function placeQueries(filter: TicketFilter): Query[] {
  const { number, requester, engineer, statuses } = filter;
  // What finds the fewest decides the index; the rest is looked at in what it finds.
  const alternatives: Query[][] = [];
  if (number !== undefined) alternatives.push([{ sql: "number = ?", values: [number] }]);
  if (requester !== undefined)
    alternatives.push(["requester", "requester_person"].map((column) => ({ sql: `${column} = ?`, values: [requester] })));
  if (engineer !== undefined) alternatives.push([{ sql: "engineer_person = ?", values: [engineer] }]);
  if (statuses !== undefined) alternatives.push(statuses.map((status) => ({ sql: "status = ?", values: [status] })));
  const combined = alternatives.reduce<Query[]>(
    (queries, more) => queries.flatMap((one) => more.map((other) => both(one, other))),
    [{ sql: "1 = 1", values: [] }],
  );
  return combined.map((one) => paged(one, filter));
}

const both = (one: Query, other: Query): Query => ({
  sql: `${one.sql} and ${other.sql}`,
  values: [...one.values, ...other.values],
});

function paged({ sql, values }: Query, { updatedSince, after, limit }: TicketFilter): Query {
  const select = `select id, updated_at as at from tickets where ${sql}`;
  if (updatedSince === undefined) {
    return { sql: `${select} and id > ? order by id limit ?`, values: [...values, Number(after ?? 0), limit + 1] };
  }
  const [at = updatedSince, id = 0] = (after ?? `${updatedSince}-0`).split("-").map(Number);
  // The plain bound is what both databases find in the index.
  const place = "updated_at >= ? and (updated_at > ? or id > ?)";
  return { sql: `${select} and ${place} order by updated_at, id limit ?`, values: [...values, at, at, id, limit + 1] };
}
