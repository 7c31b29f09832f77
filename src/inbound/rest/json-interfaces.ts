// Queues, deliveries and tests of mappings as the contract writes them, and the times a caller gives.
import { Failure } from "../../core/errors.ts";
import type { MappingTestResult } from "../../outbound/operator.ts";
import type { DeliveryDetail, DeliveryView } from "../../store/views/delivery-search.ts";
import type { QueueView } from "../../store/views/monitoring.ts";
import { timeText } from "./json.ts";
import type { ResultOf, Schemas } from "./typed.ts";

/** A time the caller gave, in milliseconds UTC; nothing when it gave none. RFC 3339 knows leap seconds and years that no clock here has. */
export function givenTime<N extends string>(name: N, text: string | undefined): { [name in N]?: number } {
  if (text === undefined) return {};
  const time = Date.parse(text);
  if (!(time >= 0)) throw new Failure("invalid_request", `${name}: is not a time that can be looked for.`);
  return { [name]: time } as { [name in N]?: number };
}

const optionalTime = (ms: number | null): string | null => (ms === null ? null : timeText(ms));

/** A queue of deliveries. */
export function queueJson(view: QueueView): Schemas["Queue"] {
  const { system, task, ticket, status, waiting, retrying, rejected, oldestAt, hold } = view;
  const shown = hold && {
    active: hold.active,
    from: optionalTime(hold.from),
    until: optionalTime(hold.until),
    note: hold.note,
  };
  return { system, task, ticket, status, waiting, retrying, rejected, oldestAt: optionalTime(oldestAt), hold: shown };
}

/** A delivery. */
export function deliveryJson(view: DeliveryView): Schemas["Delivery"] {
  const { id, system, mapping, status, task, ticket, attempts, dueAt, code, note, handled, createdAt, updatedAt } = view;
  return {
    ...{ id, system, mapping, status, task, ticket, attempts, dueAt: optionalTime(dueAt), code, note },
    handled: handled && { by: handled.by, at: timeText(handled.at), comment: handled.comment },
    ...{ createdAt: timeText(createdAt), updatedAt: timeText(updatedAt) },
  };
}

/** A delivery with its event and tries. */
export function deliveryDetailJson(detail: DeliveryDetail): Schemas["DeliveryDetail"] {
  const { event, tries, reports, reportCount } = detail;
  return {
    delivery: deliveryJson(detail),
    event: event && { id: event.id, type: `crossdesk.${event.type}`, sequence: String(event.position) },
    tries: tries.map(({ number, at, ms, class: kind, code, detail: why, request, answer }) => ({
      ...{ number, at: timeText(at), ms, class: kind, code, detail: why, request, answer },
    })),
    messageId: messageIdOf(tries.at(-1)?.request ?? ""),
    reports: reports.map(({ at, ...told }) => ({ at: timeText(at), ...told })),
    reportCount,
  };
}

/** The Message-ID of a mail as it is kept, its token masked; null for what is no mail. */
function messageIdOf(request: string): string | null {
  const [header = ""] = request.split("\n\n", 1);
  return /^Message-ID:\s*(<[^<>\n]+>)/im.exec(header)?.[1] ?? null;
}

/** What came of a test of a mapping. */
export function mappingTestJson(test: MappingTestResult): ResultOf<"testMapping"> {
  const { event, task, ticket, triggered, result, code, message, request, ms, sent } = test;
  const { id, type, at } = event;
  const about = { event: { id, type: `crossdesk.${type}`, time: timeText(at) }, task, ticket };
  return { ...about, triggered, result, code, message, request, ms, sent };
}
