// What the names in the site's list of ticket statuses mean, and the tags by which writers tell what they have read. Pure.
import { PORTAL_STATUSES, type TicketStatus } from "./directory.ts";

/** The status of this name. One that left the list in the same moment is shown as the first, and is still open. */
export function statusOf(list: readonly TicketStatus[], name: string): TicketStatus {
  return list.find((one) => one.name === name) ?? { name, title: name, portal: "received", final: name === "closed" };
}

/** The first open status, or the first final one: what a ticket gets when nobody says which. */
export function firstStatus(list: readonly TicketStatus[], final: boolean): TicketStatus {
  return list.find((one) => one.final === final) ?? statusOf(list, final ? "closed" : "open");
}

/** What a version tag is made of: the position of the last event of the task or ticket. */
export function taskTag(revision: number): string {
  return revision.toString(36);
}

/** That of a ticket also changes when the site has its status shown as another one. */
export function ticketTag(revision: number, { portal }: TicketStatus): string {
  return `${revision.toString(36)}.${PORTAL_STATUSES.indexOf(portal)}`;
}
