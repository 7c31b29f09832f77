// The records of an export and of an import, as they stand on a line of a file, and the commands they become. Pure.
import { type HistoryEntry, isHistoryType } from "./commands/import-history.ts";
import type { ImportTask } from "./commands/import-task.ts";
import type { ImportTicket } from "./commands/import-ticket.ts";
import type { Appointment, CustomFields, Engineer, TaskStatus } from "./task.ts";
import type { Refusal } from "./errors.ts";
import { refuse } from "./commands/command.ts";

/** Times are RFC 3339 texts. */
export interface TicketRecord {
  kind: "ticket";
  number: string;
  subject: string;
  description?: string | null;
  priority?: string | null;
  requester?: string | null;
  custom?: CustomFields;
  createdAt?: string;
  /** Name of one of the ticket statuses. */
  status?: string;
  /** Ids of persons that are not here are left out; the names stay. */
  requesterPerson?: string | null;
  engineer?: Engineer | null;
  appointment?: Appointment | null;
  result?: string | null;
}

interface FieldTexts {
  subject?: string;
  description?: string | null;
  priority?: string | null;
  solution?: string | null;
  resolvedAt?: string | null;
  custom?: CustomFields;
}

export type HistoryRecord = Omit<HistoryEntry, "type" | "at" | "fields" | "message"> & {
  type: string;
  at: string;
  /** The text of a message; its visibility is `provider` unless the entry has no direction. */
  text?: string;
  visibility?: "internal" | "provider";
  fields?: FieldTexts;
};

export interface TaskRecord extends FieldTexts {
  kind: "task";
  number: string;
  ticket: string;
  status: TaskStatus;
  group: string;
  subject: string;
  references?: readonly { provider: string; reference: string; since?: string }[];
  createdAt?: string;
  history?: readonly HistoryRecord[];
}

export type ImportRecord = TicketRecord | TaskRecord;

/** The command of a record, or which of its times is none. */
export function commandOf(record: ImportRecord, update: boolean): ImportTicket | ImportTask | Refusal {
  const strange = (record.kind === "task" ? (record.history ?? []) : []).find(({ type }) => !isHistoryType(type));
  if (strange) return refuse("invalid_request", `history: there is no type ${strange.type}.`);
  const wrong = timesOf(record).find(([, text]) => !(Date.parse(text) >= 0));
  if (wrong) return refuse("invalid_request", `${wrong[0]} is no time from 1970 on, such as 2026-11-27T09:30:00Z.`);
  return record.kind === "ticket" ? ticketCommand(record, update) : taskCommand(record, update);
}

function timesOf(record: ImportRecord): [string, string][] {
  const own: [string, string | null | undefined][] = [["createdAt", record.createdAt]];
  if (record.kind === "task") {
    own.push(["resolvedAt", record.resolvedAt]);
    for (const [index, one] of (record.references ?? []).entries()) own.push([`references ${index} since`, one.since]);
    for (const [index, one] of (record.history ?? []).entries())
      own.push([`history ${index} at`, one.at], [`history ${index} resolvedAt`, one.fields?.resolvedAt]);
  }
  return own.flatMap(([name, text]): [string, string][] => (text === undefined || text === null ? [] : [[name, text]]));
}

function ticketCommand({ kind: _kind, number, status, createdAt, ...fields }: TicketRecord, update: boolean): ImportTicket {
  return {
    type: "import_ticket",
    number,
    ...(status === undefined ? {} : { status }),
    fields,
    update,
    ...optionalTime("createdAt", createdAt),
  };
}

function taskCommand(record: TaskRecord, update: boolean): ImportTask {
  const { kind: _kind, number, ticket, status, group, references = [], createdAt, history = [], ...texts } = record;
  return {
    type: "import_task",
    ...{ number, ticket, status, group, update },
    fields: { ...fieldsOf(texts), subject: texts.subject },
    references: references.map(({ since, ...one }) => ({ ...one, ...optionalTime("since", since) })),
    ...optionalTime("createdAt", createdAt),
    history: history.map(entryOf),
  };
}

function entryOf({ at, text, visibility, fields, ...rest }: HistoryRecord): HistoryEntry {
  const shown = visibility ?? (rest.direction === undefined ? "internal" : "provider");
  const message = text === undefined ? {} : { message: { text, visibility: shown } };
  return {
    ...rest,
    type: rest.type as HistoryEntry["type"],
    at: Date.parse(at),
    ...message,
    ...(fields ? { fields: fieldsOf(fields) } : {}),
  };
}

function fieldsOf({ resolvedAt, ...texts }: FieldTexts): NonNullable<HistoryEntry["fields"]> {
  return resolvedAt === undefined ? texts : { ...texts, resolvedAt: resolvedAt === null ? null : Date.parse(resolvedAt) };
}

function optionalTime<N extends string>(name: N, text: string | undefined): { [one in N]?: number } {
  return (text === undefined ? {} : { [name]: Date.parse(text) }) as { [one in N]?: number };
}
