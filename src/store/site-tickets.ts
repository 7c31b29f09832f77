// What a site says of tickets: the list of their statuses, and the persons they may name.
import type { Knex } from "knex";
import type { Person, TicketStatus } from "../core/directory.ts";
import { Failure } from "../core/errors.ts";
import type { Site } from "./site.ts";
import type { SiteDocument } from "./site-document.ts";
import { checkName, wrong } from "./site-refusal.ts";
import type { Wanted } from "./site-rows.ts";

/** The statuses of a site that never wrote its own. `open` is what tickets had before there was a list. */
export const DEFAULT_TICKET_STATUSES: readonly TicketStatus[] = [
  { name: "open", title: "Ticket Received", portal: "received", final: false },
  { name: "scheduling", title: "Ticket Scheduling", portal: "scheduling", final: false },
  { name: "dispatched", title: "Ticket Dispatched", portal: "dispatched", final: false },
  { name: "on_route", title: "On Route to You", portal: "on_route", final: false },
  { name: "arrived", title: "Arrived Onsite", portal: "arrived", final: false },
  { name: "completed", title: "Visit Completed", portal: "completed", final: false },
  { name: "closed", title: "Closed", portal: "closed", final: true },
];

export interface TicketStatusDocument {
  name: string;
  /** The name when absent. */
  title?: string;
  portal: TicketStatus["portal"];
  /** False when absent. */
  final?: boolean;
}

/** Stands for the whole person: what it leaves out is empty. */
export type PersonDocument = Pick<Person, "id" | "name"> & Partial<Omit<Person, "id" | "name">>;

/** Events keep the status in a column of so many characters. */
const STATUS_NAME = /^[a-z][a-z0-9_]{0,15}$/;

/** The statuses after a document: as written, else as they were. Throws `invalid_request`. */
export function statusesAfter({ ticketStatuses }: SiteDocument, before: readonly TicketStatus[]): readonly TicketStatus[] {
  if (ticketStatuses === undefined) return before;
  const after = ticketStatuses.map(({ name, title, portal, final }) => ({
    ...{ name, title: title ?? name, portal, final: final ?? false },
  }));
  const names = after.map((one) => one.name);
  for (const [index, name] of names.entries()) {
    const where = `ticketStatuses ${name}`;
    if (!STATUS_NAME.test(name))
      wrong(where, "a status has 1 to 16 small letters, digits or underscores, and begins with a letter");
    if (names.indexOf(name) !== index) wrong(where, "it stands in the list twice");
  }
  if (after[0]?.final !== false) wrong("ticketStatuses", "the first one is that of a new ticket, so it cannot be final");
  if (!after.some((one) => one.final)) wrong("ticketStatuses", "one must be final, or no ticket could be closed");
  return after;
}

/** The row of the list, none when it is as it was. */
export function statusRows(after: readonly TicketStatus[], before: readonly TicketStatus[]): Wanted[] {
  const settings = JSON.stringify(after);
  return settings === JSON.stringify(before) ? [] : [{ kind: "ticketStatuses", name: "list", row: { settings } }];
}

/** Throws `invalid_request` when a ticket has a status that would be gone, or would be open again or closed by the list alone. */
export async function checkStatuses(
  tx: Knex.Transaction,
  before: Site["ticketStatuses"],
  after: Site["ticketStatuses"],
): Promise<void> {
  for (const { name, final } of before) {
    const then = after.find((one) => one.name === name);
    if (then?.final === final) continue;
    const held = (await tx("tickets").where({ status: name }).first("number")) as { number: string } | undefined;
    if (!held) continue;
    const what = then ? `stay ${final ? "" : "not "}final` : "stay in the list";
    throw new Failure(
      "invalid_request",
      `ticketStatuses ${name}: tickets have this status, such as ${held.number}, so it must ${what} until they have another.`,
    );
  }
}

/** Throws `invalid_request` for the first person that is not well made. */
export function checkPersons({ persons = [] }: SiteDocument): void {
  const ids = new Set<string>();
  for (const { id, name, language } of persons) {
    const where = `person ${id}`;
    checkName(where, id);
    if (ids.has(id)) wrong(where, "it stands in the document twice");
    ids.add(id);
    if (name.trim() === "") wrong(where, "it needs a name");
    if (language) checkLanguage(where, language);
  }
}

function checkLanguage(where: string, language: string): void {
  try {
    Intl.getCanonicalLocales(language);
  } catch {
    wrong(where, `${language} is not a language; write one such as de or de-CH`);
  }
}

/** The row of a person. */
export function personRow({ id, name, email, phone, language, roles }: PersonDocument): Wanted {
  const row = {
    name: name.trim(),
    email: email?.toLowerCase() ?? null,
    phone: phone ?? null,
    language: language ? (Intl.getCanonicalLocales(language)[0] ?? null) : null,
    roles: JSON.stringify([...new Set(roles ?? [])].sort()),
  };
  return { kind: "persons", name: id, row };
}
