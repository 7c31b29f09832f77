// What faces may ask of the outgoing way: a mapping tried on something real, and the fields it can use. It never makes, ends or
// changes a delivery, and whatever it shows has no secret in it.
import { Failure } from "../core/errors.ts";
import type { DrawId } from "../lib/ids.ts";
import { positionBefore } from "../lib/positions.ts";
import type { Mapping, System } from "../store/outgoing.ts";
import type { MonitoringViews } from "../store/views/monitoring.ts";
import type { OutgoingEvent, OutgoingViews } from "../store/views/outgoing.ts";
import type { EventView, Views } from "../store/views/types.ts";
import { type Matchable, matching } from "./match.ts";
import { addressed, type SendTo } from "./operator-parcel.ts";
import type { TryOutcome } from "./ports.ts";
import { type CatalogueEntry, catalogue, customNames } from "./render/catalogue.ts";
import { type Packed, pack, type TryTools } from "./try.ts";

/** On what a mapping is tried: exactly one of the first three. */
export interface MappingTest {
  /** Number of a task: its newest event that sets the mapping off, else its newest. */
  task?: string;
  /** Number of a ticket: as for a task, among the events of the ticket and its tasks. */
  ticket?: string;
  /** Id of an event. */
  event?: string;
  /** Sends it there for real, marked as a test and without secrets. */
  sendTo?: SendTo;
}

export interface MappingTestResult {
  /** The event it was tried on, and what that is about. */
  event: { id: string; type: string; at: number };
  task: string | null;
  ticket: string | null;
  /** Whether the event sets the mapping off, were mapping and System active. */
  triggered: boolean;
  /** `request`: it makes one; `nothing`: it sends nothing for this event; `unmade`: it would be rejected. */
  result: "request" | "nothing" | "unmade";
  /** Why there is no request; null when there is one. */
  code: string | null;
  message: string | null;
  /** The request as it would leave, secrets masked. */
  request: string | null;
  /** How long it took to make, in milliseconds. */
  ms: number;
  /** How the sending ended; null when nothing was sent. */
  sent: Omit<TryOutcome, "parsed" | "retryAfterMs"> | null;
}

/** A field that a mapping can use. */
export type AppFieldEntry = CatalogueEntry;

export interface Operator {
  /**
   * Tries a saved mapping. Rejects with a `Failure`: `unknown_mapping`, `unknown_task`, `unknown_ticket`, and `invalid_request`
   * when there is nothing to try it on.
   */
  testMapping(name: string, test: MappingTest): Promise<MappingTestResult>;
  /** The fields of all apps, with the custom fields of what happened lately. */
  appFields(): Promise<readonly AppFieldEntry[]>;
}

export interface OperatorOptions {
  site(): Matchable;
  /** What stands ready for a System, whether it is active or not: made for one test, whose end closes its renderer. */
  tools(system: System): TryTools;
  outgoing: Pick<OutgoingViews, "unlooked" | "eventsAt">;
  monitoring: Pick<MonitoringViews, "trail">;
  events: Views["events"];
  range: Views["range"];
  drawId: DrawId;
}

/** Events in which custom fields are looked for. */
const RECENT = 200;
/** How much longer than the System's own limit a test may take, in milliseconds. */
const MARGIN_MS = 5000;

export function createOperator(options: OperatorOptions): Operator {
  return {
    async testMapping(name, test) {
      const { mapping, system } = saved(options.site(), name);
      const subject = await subjectOf(options, { mapping, system }, test);
      const tools = options.tools(system);
      try {
        return await tryOn(subject, { tools, mapping, sendTo: test.sendTo, key: options.drawId() });
      } finally {
        await tools.renderer.close();
      }
    },
    async appFields() {
      const { head, leap } = await options.range();
      const { items } = await options.events(positionBefore(head, RECENT, leap), RECENT);
      return catalogue(customNames(items));
    },
  };
}

interface Saved {
  mapping: Mapping & { since: number };
  system: System;
}

function saved({ mappings, systems }: Matchable, name: string): Saved {
  const mapping = mappings.get(name);
  const system = mapping && systems.get(mapping.system);
  if (!mapping || !system) throw new Failure("unknown_mapping");
  return { mapping, system };
}

interface Subject {
  event: EventView;
  place: OutgoingEvent;
  triggered: boolean;
}

/** What to try it on. Notes among the desk's own people are passed over: they never leave, in a test neither. */
async function subjectOf(options: OperatorOptions, { mapping, system }: Saved, test: MappingTest): Promise<Subject> {
  const present: Matchable = {
    providers: options.site().providers,
    systems: new Map([[system.name, { ...system, active: true }]]),
    mappings: new Map([[mapping.name, { ...mapping, active: true, since: -1 }]]),
  };
  let newest: OutgoingEvent | undefined;
  for (const position of await positionsOf(options, test)) {
    const [event] = await options.outgoing.unlooked(position - 1, position, 1);
    if (!event || event.internal) continue;
    if (matching(event, present).length > 0) return whole(options, event, true);
    newest ??= event;
  }
  if (newest) return whole(options, newest, false);
  throw new Failure("invalid_request", "There is nothing to test on: no event there may leave the desk.");
}

async function positionsOf({ monitoring }: OperatorOptions, { task, ticket, event }: MappingTest): Promise<readonly number[]> {
  if ([task, ticket, event].filter((one) => one !== undefined).length !== 1)
    throw new Failure("invalid_request", "There is nothing to test on: give one of task, ticket and event.");
  if (task !== undefined) return (await monitoring.trail({ task })) ?? missing("unknown_task");
  if (ticket !== undefined) return (await monitoring.trail({ ticket })) ?? missing("unknown_ticket");
  const found = await monitoring.trail({ event: event ?? "" });
  if (!found) throw new Failure("invalid_request", "There is nothing to test on: no event has this id.");
  return found;
}

function missing(code: "unknown_task" | "unknown_ticket"): never {
  throw new Failure(code);
}

async function whole({ outgoing }: OperatorOptions, place: OutgoingEvent, triggered: boolean): Promise<Subject> {
  const event = (await outgoing.eventsAt([place.position])).get(place.position);
  if (!event) throw new Failure("invalid_request", "There is nothing to test on: the event was purged.");
  return { event, place, triggered };
}

interface Course {
  tools: TryTools;
  mapping: Mapping;
  sendTo: SendTo | undefined;
  /** Id of the delivery that it would be. */
  key: string;
}

async function tryOn({ event, triggered, place }: Subject, { tools, mapping, sendTo, key }: Course): Promise<MappingTestResult> {
  // The process of the expressions is started first, so that the time taken is that of the mapping.
  await tools.renderer.evaluate("1", null);
  const startedAt = performance.now();
  const { position, subject } = place;
  const due = { id: 0, key, system: mapping.system, mapping: mapping.name, position, subject, attempts: 0, tries: 0 };
  const packed = await pack(tools, due, event, mapping);
  const shown = await showOf(packed);
  const ms = Math.round(performance.now() - startedAt);
  const sent = sendTo && shown.result === "request" ? await sendOf(packed, sendTo) : null;
  const { id, type, at } = event;
  const about = { event: { id, type, at }, task: event.task?.number ?? null, ticket: event.ticket?.number ?? null };
  return { ...about, triggered, ...shown, ms, sent };
}

type Shown = Pick<MappingTestResult, "result" | "code" | "message" | "request">;

async function showOf(packed: Packed): Promise<Shown> {
  if (packed.kind === "later") throw new Failure("busy", packed.note);
  if (packed.kind !== "parcel") return { result: packed.kind, code: packed.code, message: packed.note, request: null };
  try {
    return { result: "request", code: null, message: null, request: await packed.transport.show(packed.parcel) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { result: "unmade", code: error.code, message: error.detail ?? error.message, request: null };
  }
}

async function sendOf(packed: Packed, to: SendTo): Promise<MappingTestResult["sent"]> {
  if (packed.kind !== "parcel") return null;
  const parcel = addressed(packed.parcel, to);
  const signal = AbortSignal.timeout(parcel.system.delivery.timeoutMs + MARGIN_MS);
  const { class: kind, code, detail, request, answer, ms } = await packed.transport.send(parcel, signal);
  return { class: kind, code, detail, request, answer, ms: Math.round(ms) };
}
