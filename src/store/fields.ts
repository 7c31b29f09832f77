// Stand-ins for wide fields that were not loaded because nothing in the batch can change them.
import type { TaskFields, TicketFields } from "../core/task.ts";

export const EMPTY_TASK_FIELDS: TaskFields = {
  subject: "",
  description: null,
  priority: null,
  solution: null,
  resolvedAt: null,
  custom: {},
};

export const EMPTY_TICKET_FIELDS: TicketFields = {
  subject: "",
  description: null,
  priority: null,
  requester: null,
  requesterPerson: null,
  engineer: null,
  appointment: null,
  result: null,
  custom: {},
};

/** A version of a ticket: the status stands with the fields, so that every event tells the one there was. */
export interface TicketVersion extends TicketFields {
  status: string;
}

/** A stored version. Those of before there was a list of statuses have none, and no field that came with it. */
export function ticketVersion(text: string): TicketVersion {
  return { status: "open", ...EMPTY_TICKET_FIELDS, ...(JSON.parse(text) as Partial<TicketVersion>) };
}
