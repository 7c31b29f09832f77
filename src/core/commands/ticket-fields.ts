// How a ticket's or task's fields take a merge patch (RFC 7396): null removes, a member that is absent stays.
import type { Person } from "../directory.ts";
import type { Refusal } from "../errors.ts";
import type { World } from "../ports.ts";
import type { Appointment, CustomFields, Engineer, TaskFields, TicketFields } from "../task.ts";
import { isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { checkFields } from "./fields.ts";

type CustomPatch = Readonly<Record<string, string | null>> | null;

interface CommonPatch {
  subject?: string;
  description?: string | null;
  priority?: string | null;
  custom?: CustomPatch;
}

/** What may be said of a task. */
export type TaskPatch = CommonPatch;

/** Somebody by the id of a person, or by name and phone. */
export interface EngineerPatch {
  person?: string | null;
  name?: string | null;
  phone?: string | null;
}

export interface AppointmentPatch {
  from?: string | null;
  until?: string | null;
}

/** What may be said of a ticket, its status aside. */
export interface TicketPatch extends CommonPatch {
  requester?: string | null;
  requesterPerson?: string | null;
  engineer?: EngineerPatch | null;
  appointment?: AppointmentPatch | null;
  result?: string | null;
}

/** Ids of the persons a patch names, so that they can be loaded. */
export function personsIn({ requesterPerson, engineer }: TicketPatch): string[] {
  return [requesterPerson, engineer?.person].flatMap((id) => id ?? []);
}

/** The fields of a task after the patch. */
export function mergeTask(before: TaskFields, patch: TaskPatch): TaskFields | Refusal {
  const after = { ...before, ...commonOf(before, patch) };
  return checkFields(after) ?? after;
}

/** The fields of a ticket after the patch. */
export function mergeTicket(before: TicketFields, patch: TicketPatch, world: World): TicketFields | Refusal {
  const requester = mergeRequester(before, patch, world);
  if (isRefusal(requester)) return requester;
  const engineer = patch.engineer === undefined ? before.engineer : mergeEngineer(before.engineer, patch.engineer, world);
  if (engineer && isRefusal(engineer)) return engineer;
  const appointment =
    patch.appointment === undefined ? before.appointment : mergeAppointment(before.appointment, patch.appointment);
  if (appointment && isRefusal(appointment)) return appointment;
  const result = patch.result === undefined ? before.result : patch.result;
  const after: TicketFields = { ...before, ...commonOf(before, patch), ...requester, engineer, appointment, result };
  return tooLong({ requester: after.requester, text: result }) ?? checkFields(after) ?? after;
}

function commonOf(before: TicketFields | TaskFields, { subject, description, priority, custom }: CommonPatch) {
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(description === undefined ? {} : { description }),
    ...(priority === undefined ? {} : { priority }),
    ...(custom === undefined ? {} : { custom: mergeCustom(before.custom, custom) }),
  };
}

/** Names are anybody's, `__proto__` too: entries are never set, only made into an object of their own. */
function mergeCustom(before: CustomFields, patch: CustomPatch): CustomFields {
  const after = new Map(Object.entries(before));
  if (patch === null) return {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  return Object.fromEntries(after);
}

/** A person brings its name; a name alone is somebody else, so the person goes. */
function mergeRequester(before: TicketFields, { requester, requesterPerson }: TicketPatch, world: World) {
  if (requesterPerson === undefined) {
    if (requester === undefined || requester === before.requester) return {};
    return { requester, requesterPerson: null };
  }
  if (requesterPerson === null) return { requesterPerson, ...(requester === undefined ? {} : { requester }) };
  const person = personOf(requesterPerson, world);
  if (isRefusal(person)) return person;
  return { requesterPerson, requester: requester === undefined ? person.name : requester };
}

function personOf(id: string, world: World): Person | Refusal {
  return world.person(id) ?? refuse("unknown_person", `There is no person ${id}.`);
}

/** A person brings name and phone as customers are to see them, unless others are given. */
function mergeEngineer(before: Engineer | null, patch: EngineerPatch | null, world: World): Engineer | Refusal | null {
  if (patch === null) return null;
  const merged = patch.person ? fromPerson(patch.person, patch, world) : byName(before, patch);
  if (isRefusal(merged)) return merged;
  const name = trimmed(merged.name);
  if (name === null) return refuse("invalid_request", "engineer.name: an engineer needs a name.");
  return tooLong({ personName: name, phone: merged.phone }) ?? { ...merged, name, phone: trimmed(merged.phone) };
}

interface Named {
  person: string | null;
  name: string | null;
  phone: string | null;
}

function fromPerson(id: string, { name, phone }: EngineerPatch, world: World): Named | Refusal {
  const person = personOf(id, world);
  if (isRefusal(person)) return person;
  if (!person.roles.includes("engineer")) return refuse("unknown_person", `The person ${id} is no engineer.`);
  return { person: id, name: name === undefined ? person.name : name, phone: phone === undefined ? person.phone : phone };
}

function byName(before: Engineer | null, { person, name, phone }: EngineerPatch): Named {
  const isOther = person === null || (name !== undefined && name !== before?.name);
  return {
    person: isOther ? null : (before?.person ?? null),
    name: name === undefined ? (before?.name ?? null) : name,
    phone: phone === undefined ? (before?.phone ?? null) : phone,
  };
}

const LONGEST_APPOINTMENT_MS = 31 * 24 * 60 * 60_000;
const OFFSET_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function mergeAppointment(before: Appointment | null, patch: AppointmentPatch | null): Appointment | Refusal | null {
  if (patch === null) return null;
  const from = timeOf(patch.from === undefined ? before?.from : patch.from);
  const until = timeOf(patch.until === undefined ? before?.until : patch.until);
  if (from === null || until === null)
    return refuse("invalid_request", "appointment: give from and until, as RFC 3339 with an offset.");
  const length = Date.parse(until) - Date.parse(from);
  if (length <= 0) return refuse("invalid_request", "appointment.until: it is not after from.");
  if (length > LONGEST_APPOINTMENT_MS) return refuse("invalid_request", "appointment: it is longer than 31 days.");
  return { from, until };
}

/** The offset stays as given, for it is the customer's; a leap second or a day that is none has no place in a calendar. */
function timeOf(text: string | null | undefined): string | null {
  const time = text?.trim().toUpperCase() ?? "";
  return OFFSET_TIME.test(time) && Date.parse(time) >= 0 && sameDay(time) ? time : null;
}

/** 30 February is read as 2 March by the clock. */
function sameDay(time: string): boolean {
  const day = Number(time.slice(8, 10));
  return new Date(`${time.slice(0, 10)}T00:00:00Z`).getUTCDate() === day;
}

/** The members that differ: what an event tells as changed. */
export function differing<T extends object>(before: T, after: T): Partial<T> {
  const names = Object.keys(after) as (keyof T)[];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]])) as Partial<T>;
}
