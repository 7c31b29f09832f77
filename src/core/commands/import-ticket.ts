// Takes over a ticket from another gateway, under its own number and with the time it was opened. One that is here already is
// compared, and changed only when that is asked for.
import { EMPTY_TICKET } from "../apply.ts";
import type { TicketChanges, TicketEventType } from "../events.ts";
import type { World } from "../ports.ts";
import type { Ticket } from "../task.ts";
import { firstStatus } from "../ticket-status.ts";
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { statusNamed, ticketEvent } from "./ticket.ts";
import { differing, mergeTicket, personsIn, type TicketPatch } from "./ticket-fields.ts";

export interface ImportTicket {
  type: "import_ticket";
  number: string;
  /** Name of one of the ticket statuses; the first when absent. */
  status?: string;
  fields: TicketPatch & { subject: string };
  /** Milliseconds UTC; the time of the import when absent. */
  createdAt?: number;
  /** Whether a ticket that is here already becomes what the record says. */
  update: boolean;
}

export const importTicket: CommandSpec<ImportTicket> = {
  callers: ["administrator", "gateway"],
  mostEvents: 1,
  writesFields: false,
  writesTicket: true,
  names: ({ number, fields }) => ({ ticket: number, newTicket: number, persons: personsIn(fields) }),
  decide(command, { world, at }) {
    const { number, status: wanted, fields: given, createdAt, update } = command;
    if (trimmed(number) !== number) return refuse("invalid_request", "The number is empty or has white space around it.");
    const there = world.ticketByNumber(number);
    const fields = tooLong({ number }) ?? mergeTicket(there?.fields ?? EMPTY_TICKET, withKnownPersons(given, world), world);
    if (isRefusal(fields)) return fields;
    const list = world.directory.ticketStatuses;
    const status = statusNamed(wanted ?? there?.status ?? firstStatus(list, false).name, null, world);
    if (typeof status === "object") return status;
    if (!there) {
      const changes = {
        status,
        fields: differing(EMPTY_TICKET, fields),
        imported: { at: createdAt ?? at, channel: "import" as const },
      };
      return [ticketEvent(number, "ticket.created", changes)];
    }
    const changes: TicketChanges = {};
    if (there.status !== status) changes.status = status;
    const changed = differing(there.fields, fields);
    if (Object.keys(changed).length > 0) changes.fields = changed;
    const names = [...(changes.status ? ["status"] : []), ...Object.keys(changed)];
    if (names.length === 0) return [];
    if (!update) return refuse("import_differs", `Different: ${names.join(", ")}.`);
    return [ticketEvent(number, typeOf(there, status, world), { ...changes, imported: { at, channel: "import" } })];
  },
};

/** Persons are set up apart, and may be gone: what the record says of their names stands without them. */
function withKnownPersons({ requesterPerson, engineer, ...rest }: TicketPatch, world: World): TicketPatch {
  const known = (id: string | null | undefined): boolean => typeof id === "string" && world.person(id) !== undefined;
  const isEngineer = known(engineer?.person) && world.person(engineer?.person ?? "")?.roles.includes("engineer") === true;
  return {
    ...rest,
    ...(known(requesterPerson) ? { requesterPerson } : {}),
    ...(engineer === undefined ? {} : { engineer: engineer === null || isEngineer ? engineer : { ...engineer, person: null } }),
  };
}

function typeOf(there: Ticket, status: string, world: World): TicketEventType {
  const isFinal = (name: string): boolean => world.directory.ticketStatuses.find((one) => one.name === name)?.final === true;
  if (isFinal(there.status) === isFinal(status)) return "ticket.changed";
  return isFinal(status) ? "ticket.closed" : "ticket.reopened";
}
