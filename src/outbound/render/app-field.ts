// What a row of the table of app fields is made of.
import type { EventView } from "../../store/views/types.ts";

export type FieldType = "text" | "number" | "dateTime" | "boolean";

/** A field every app carries, and how it is read from an event. */
export interface AppField {
  field: string;
  type: FieldType;
  path: string;
  /** What people see on a form, for `#REPLACE-FORMFIELD-<Label>#`; null when no form shows it. */
  label: string | null;
  example: string;
  description: string;
  value(event: EventView): string | number | boolean | null;
}

/** A row of the table; a text unless told. */
export function row(
  field: string,
  path: string,
  about: Omit<AppField, "field" | "path" | "type"> & { type?: FieldType },
): AppField {
  return { type: "text", ...about, field, path };
}
