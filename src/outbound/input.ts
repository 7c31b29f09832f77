// Makes what an expression is run on from an event as the views give it. Pure; an internal message never gets in, and secrets
// only as markers.
import type { System } from "../store/outgoing.ts";
import type { EventView } from "../store/views/types.ts";
import type { RenderInput } from "./ports.ts";
import { fullAppName, isoTime, openMessage } from "./render/app-fields.ts";
import { FIELDS, type FieldsOnce } from "./render/pack.ts";
import { fieldValues, formValues, underEveryApp } from "./render/catalogue.ts";

/**
 * Gives the marker that stands for a secret until the sender fills it in. It has to be unguessable, or a partner's text could
 * ask for a secret; letters, digits and `-_:` alone, so that no escaping and no charset changes it.
 */
export type SecretMarker = (name: string) => string;

/** The input for `happened` towards `system`. */
export function makeRenderInput(happened: EventView, system: System, marker: SecretMarker): RenderInput & FieldsOnce {
  const event = withOwnReference(happened, system);
  const fields = fieldValues(event);
  return {
    event: { ...eventPart(event), alert: alertPart(event, system) },
    task: taskPart(event.task),
    ticket: ticketPart(event.ticket),
    message: openMessage(event),
    props: system.properties,
    secrets: Object.fromEntries(Object.keys(system.secrets).map((name) => [name, marker(name)])),
    // Six times every field: most expressions never look, so it is made when somebody does.
    get appFields() {
      return underEveryApp(fields);
    },
    formFields: formValues(event),
    values: system.values,
    [FIELDS]: fields,
  };
}

/**
 * An event has the reference of the provider it concerns, else of the one that has the task. A provider's System sees its own
 * or none: one provider's is never shown to another, not even when an old delivery or a test brings them together.
 */
function withOwnReference(event: EventView, { provider }: System): EventView {
  const { task } = event;
  if (task === null || provider === null || (event.provider ?? task.provider) === provider) return event;
  return { ...event, task: { ...task, reference: null } };
}

function eventPart(event: EventView): Record<string, unknown> {
  return {
    id: event.id,
    position: event.position,
    type: event.type,
    at: isoTime(event.at),
    requestType: event.requestType,
    direction: event.direction,
    app: event.app === null ? null : fullAppName(event.app),
    channel: event.channel,
    provider: event.provider,
    processId: event.process?.id ?? null,
    processName: event.process?.name ?? null,
    reason: event.reason,
    closedByProvider: event.closedByProvider,
    late: event.late,
    changed: event.changed,
    attachment: attachmentPart(event),
  };
}

function attachmentPart({ attachment }: EventView): Record<string, unknown> | null {
  if (attachment?.visibility !== "provider") return null;
  const { id, name, contentType, size, sha256, inlineId } = attachment;
  return { id, name, contentType, size, sha256, inline: inlineId !== undefined };
}

function taskPart(task: EventView["task"]): Record<string, unknown> | null {
  if (task === null) return null;
  const { number, status, group, provider, reference, subject, description, priority, solution, resolvedAt, custom } = task;
  const resolved = resolvedAt === null ? null : isoTime(resolvedAt);
  return { number, status, group, provider, reference, subject, description, priority, solution, resolvedAt: resolved, custom };
}

/** Empty for an alert that is about no ticket. */
function ticketPart(ticket: EventView["ticket"]): Record<string, unknown> {
  if (ticket === null) return {};
  const { number, status, subject, description, priority, requester, requesterPerson, engineer, appointment, result } = ticket;
  return {
    ...{ number, status, subject, description, priority, requester, requesterPerson },
    ...{ engineer, appointment, result, custom: ticket.custom },
  };
}

/** Alerts are for the desk's eyes: to the System of a provider they do not exist, whatever a mapping asks for. */
function alertPart({ alert }: EventView, { provider }: System): Record<string, unknown> | null {
  return alert && provider === null ? { ...alert, since: isoTime(alert.since) } : null;
}
