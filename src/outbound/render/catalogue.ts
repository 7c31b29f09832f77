// What people can put into a body: every app with every field, the custom fields the data has, and their values for an event.
import type { EventView } from "../../store/views/types.ts";
import type { AppField, FieldType } from "./app-field.ts";
import { APP_FIELDS, APPS } from "./app-fields.ts";

/** One line of the catalogue: a field as one app names it. */
export interface CatalogueEntry {
  app: string;
  field: string;
  type: FieldType;
  /** For templates. */
  placeholder: string;
  /** JSONata. */
  path: string;
  example: string;
  description: string;
}

/** Names of custom fields, as data has them. */
export interface CustomNames {
  task: readonly string[];
  ticket: readonly string[];
}

type Row = Pick<AppField, "field" | "type" | "path" | "example" | "description">;

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The whole catalogue: six apps, each with every field and with the custom fields of `custom`. */
export function catalogue(custom: CustomNames = { task: [], ticket: [] }): CatalogueEntry[] {
  const rows: readonly Row[] = [...APP_FIELDS, ...customRows("Task", custom.task), ...customRows("Ticket", custom.ticket)];
  return APPS.flatMap((app) =>
    rows.map(({ field, type, path, example, description }) => {
      const placeholder = `#REPLACE-EXTAPPFIELD-${app}-${field}#`;
      return { app, field, type, placeholder, path, example, description };
    }),
  );
}

/** The custom fields that occur in `events`, each name once, in order of appearance. */
export function customNames(events: Iterable<EventView>): CustomNames {
  const names = { task: new Set<string>(), ticket: new Set<string>() };
  for (const { task, ticket } of events) {
    for (const name of Object.keys(task?.custom ?? {})) names.task.add(name);
    for (const name of Object.keys(ticket?.custom ?? {})) names.ticket.add(name);
  }
  return { task: [...names.task], ticket: [...names.ticket] };
}

function customRows(owner: "Task" | "Ticket", names: readonly string[]): Row[] {
  return names.map((name) => ({
    field: `${owner}_Custom_${name}`,
    type: "text",
    path: `${owner.toLowerCase()}.custom.${PLAIN_NAME.test(name) ? name : `\`${name}\``}`,
    example: "",
    description: `Custom field "${name}" of the ${owner.toLowerCase()}; empty where it is not set.`,
  }));
}

/** Values of an event by the name of the field, custom fields included. What is not there is an empty text. */
export function fieldValues(event: EventView): Record<string, string> {
  const values = Object.fromEntries(APP_FIELDS.map((one) => [one.field, textOf(one.value(event))]));
  for (const [name, value] of Object.entries(event.task?.custom ?? {})) values[`Task_Custom_${name}`] = value;
  for (const [name, value] of Object.entries(event.ticket?.custom ?? {})) values[`Ticket_Custom_${name}`] = value;
  return values;
}

/** Values of an event by the label people see. Custom fields go by their own name; a field of the product keeps its label. */
export function formValues(event: EventView): Record<string, string> {
  const shown = APP_FIELDS.flatMap(({ label, value }) => (label === null ? [] : [[label, textOf(value(event))] as const]));
  return Object.fromEntries([
    ...Object.entries(event.ticket?.custom ?? {}),
    ...Object.entries(event.task?.custom ?? {}),
    ...shown,
  ]);
}

/** The same fields under the names of all apps, such as `Ticketing.TaskAssignment-Task_Number`. */
export function underEveryApp(fields: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(fields);
  return Object.fromEntries(APPS.flatMap((app) => entries.map(([field, value]) => [`${app}-${field}`, value] as const)));
}

function textOf(value: string | number | boolean | null): string {
  return value === null ? "" : String(value);
}
