// One try of one delivery: the mapping makes the body, the transport sends it. Decides nothing about what comes after.
import { Failure } from "../core/errors.ts";
import type { Mapping, System } from "../store/outgoing.ts";
import type { EventView } from "../store/views/types.ts";
import type { DueDelivery } from "../store/views/outgoing.ts";
import type { KeptSecrets } from "./secrets.ts";
import type {
  DeliveryIdentity,
  OutgoingAttachment,
  Parcel,
  Rendered,
  Renderer,
  RenderInput,
  Transport,
  TryOutcome,
} from "./ports.ts";

/** What stands ready for the deliveries of one System. */
export interface TryTools {
  system: System;
  renderer: Renderer;
  transports: Readonly<Record<System["apis"][string]["kind"], Transport>>;
  /** Makes the data an expression sees, and what puts secrets in and takes them out again. */
  prepare(event: EventView, system: System): { input: RenderInput; secrets: KeptSecrets };
  /** Makes texts fit the partner's limits; the string says what does not. */
  fit(value: unknown, limits: System["limits"]): { ok: unknown } | { refused: string };
  /** The files of the event, with their bytes where they are wanted `whole`. */
  attachments(event: EventView, whole: boolean): Promise<readonly OutgoingAttachment[]>;
}

/** How it ended: sent (with the outcome), nothing to send, or no body could be made. */
export type Try =
  | { kind: "sent"; outcome: TryOutcome }
  | { kind: "nothing"; code: "skipped" | "stopped"; note: string | null }
  | { kind: "unmade"; code: string; note: string }
  | Later;

/** Nothing could be sent for now. */
interface Later {
  kind: "later";
  code: string;
  note: string;
}

/** The parcel of a delivery, or why there is none. */
export type Packed = { kind: "parcel"; parcel: Parcel; transport: Transport } | Exclude<Try, { kind: "sent" }>;

/** Renders a delivery as far as the door of the transport. */
export async function pack(tools: TryTools, delivery: DueDelivery, event: EventView, mapping: Mapping): Promise<Packed> {
  const { system } = tools;
  if (!seesProject(system, event)) return { kind: "nothing", code: "skipped", note: "The System may not see this project." };
  const { input, secrets } = tools.prepare(event, system);
  const rendered = await renderedBy(tools, mapping, input);
  if (rendered.kind === "later") return rendered;
  if (rendered.kind === "skipped") return { kind: "nothing", code: "skipped", note: "The condition was not met." };
  if (rendered.kind === "stopped") return { kind: "nothing", code: "stopped", note: shown(secrets, rendered.message) };
  if (rendered.kind === "failed")
    return { kind: "unmade", code: `mapping_${rendered.code}`, note: shown(secrets, rendered.message) };
  const name = rendered.api ?? mapping.api;
  const api = Object.hasOwn(system.apis, name) ? system.apis[name] : undefined;
  if (!api) return { kind: "unmade", code: "no_api", note: `The System has no API definition ${name}.` };
  const fitted = tools.fit(rendered.value, system.limits);
  if ("refused" in fitted) return { kind: "unmade", code: "field_limit", note: fitted.refused };
  const changed = secrets.changed(fitted.ok);
  if (changed !== null) return { kind: "unmade", code: "mapping_secret", note: changed };
  const identity = identityOf(delivery, event);
  const attachments = await tools.attachments(event, api.kind === "email");
  const parcel = { delivery: identity, system, api, value: fitted.ok, input, attachments, secrets };
  return { kind: "parcel", parcel, transport: tools.transports[api.kind] };
}

/** Words of a mapping may hold the mark of a secret, whole or changed. */
function shown(secrets: KeptSecrets, words: string): string {
  return secrets.changed(words) ?? secrets.mask(words);
}

const MOST_CAUSE = 500;

/** When expressions cannot be run for now, that is no fault of the mapping: it is tried again as a partner out of reach is. */
async function renderedBy(
  { renderer }: TryTools,
  { language, body, condition }: Mapping,
  input: RenderInput,
): Promise<Rendered | Later> {
  try {
    return await renderer.render({ language, body, condition, input });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const cause = error.cause instanceof Error ? ` ${error.cause.message.slice(0, MOST_CAUSE)}` : "";
    return { kind: "later", code: `expressions_${error.code}`, note: `${error.detail ?? error.message}${cause}` };
  }
}

function identityOf({ key, system, mapping }: DueDelivery, event: EventView): DeliveryIdentity {
  return {
    ...{ key, system, mapping },
    ...{ task: event.task?.number ?? null, ticket: event.ticket?.number ?? "", event: event.id, at: event.at },
  };
}

/** Groups were looked at when the delivery was made; the project stands in a wide field, which is read only now. */
function seesProject({ unrestricted, groups, projects }: System, { task, ticket }: EventView): boolean {
  if (ticket === null || unrestricted || projects.length === 0 || groups.includes(task?.group ?? "")) return true;
  return projects.includes(ticket.custom.project ?? "");
}
