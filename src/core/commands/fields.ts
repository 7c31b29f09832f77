// The limits on the wide fields of tickets and tasks.
import type { Refusal } from "../errors.ts";
import type { CustomFields } from "../task.ts";
import { LIMITS, refuse, tooLong, trimmed } from "./command.ts";

interface CommonFields {
  subject?: string;
  description?: string | null;
  priority?: string | null;
  custom?: CustomFields;
}

/** Refuses fields that are over a limit or lack a subject. */
export function checkFields(fields: CommonFields): Refusal | null {
  if (trimmed(fields.subject) === null) return refuse("invalid_request", "The subject is empty.");
  const long = tooLong({ subject: fields.subject, text: fields.description, priority: fields.priority });
  return long ?? checkCustom(fields.custom ?? {});
}

function checkCustom(custom: CustomFields): Refusal | null {
  const entries = Object.entries(custom);
  if (entries.length > LIMITS.customNames)
    return refuse("text_too_long", `At most ${LIMITS.customNames} custom fields are kept.`);
  for (const [name, value] of entries) {
    const long = tooLong({ customName: name, customValue: value });
    if (long) return long;
  }
  return null;
}
