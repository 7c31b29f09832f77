// Which mappings an event sets off. Pure. It knows what must never leave: the desk's internal notes, and what a provider said itself.
import type { Mapping, System, Trigger } from "../store/outgoing.ts";
import type { OutgoingEvent } from "../store/views/outgoing.ts";

/** What matching looks at: the present Systems and mappings. */
export interface Matchable {
  providers: ReadonlyMap<string, { test: boolean }>;
  systems: ReadonlyMap<string, System>;
  /** `since`: events up to this position are before the mapping's time. */
  mappings: ReadonlyMap<string, Mapping & { since: number }>;
}

/** The active mappings this event sets off, by being named as its process or by their own trigger, each once. */
export function matching(event: OutgoingEvent, { providers, systems, mappings }: Matchable): Mapping[] {
  // What was taken over happened elsewhere: whoever was to be told of it has been.
  if (event.internal || event.imported) return [];
  return [...mappings.values()].filter((mapping) => {
    const system = systems.get(mapping.system);
    if (!mapping.active || !system?.active || event.position <= mapping.since) return false;
    if (event.test && !isTried(system, providers)) return false;
    if (!maySee(system, event)) return false;
    return isProcess(mapping, system, event) || (mapping.trigger !== null && fits(mapping.trigger, event));
  });
}

/** What happened in a test is told to nobody but the provider that is tried out, as long as it is. */
function isTried({ provider }: System, providers: Matchable["providers"]): boolean {
  return provider !== null && (providers.get(provider)?.test ?? false);
}

/** What a provider's System is told concerns that provider; what a provider said itself never goes back to it, nor to another. */
function maySee(system: System, event: OutgoingEvent): boolean {
  // Alerts are for the desk's own people.
  if (event.kind === "alert") return system.provider === null && (event.group === null || seesGroup(system, event));
  if (system.provider !== null) {
    // Who has the task by now says nothing of whose words these are: a provider it was taken from may still write, late.
    if (event.direction === "In" || (event.provider ?? event.holder) !== system.provider) return false;
  }
  return seesGroup(system, event);
}

/** A project is looked at when the delivery is tried: it stands in a wide field. */
function seesGroup(system: System, event: OutgoingEvent): boolean {
  return system.unrestricted || system.projects.length > 0 || (event.group !== null && sees(system, event));
}

/** Taking a task away is told to the System of the group it is taken from, which the event names by its process and provider. */
function sees(system: System, event: OutgoingEvent): boolean {
  return system.groups.includes(event.group ?? "") || (event.type === "task.withdrawn" && event.provider === system.provider);
}

function isProcess(mapping: Mapping, system: System, event: OutgoingEvent): boolean {
  return event.process === mapping.name && (system.provider === null || system.provider === event.provider);
}

function fits({ requests, taskStatuses, ticketStatuses, fields, groups, alerts }: Trigger, event: OutgoingEvent): boolean {
  if (event.alert !== null || alerts !== null) return event.alert !== null && (alerts?.includes(event.alert) ?? false);
  const statuses = event.kind === "task" ? taskStatuses : ticketStatuses;
  const otherKind = event.kind === "task" ? ticketStatuses : taskStatuses;
  if (otherKind !== null && statuses === null) return false;
  return (
    (requests === null || requests.some((one) => one.type === event.requestType && one.direction === event.direction)) &&
    (statuses === null || (event.statusChanged && statuses.includes(event.status))) &&
    (fields === null || fields.some((field) => event.changed.includes(field))) &&
    (groups === null || (event.group !== null && groups.includes(event.group)))
  );
}
