// Publishes every event to NATS JetStream once, in the order of the feed. Whatever happens to the broker holds nothing up: the position
// stays, and it goes on from there by itself.
import type { MsgHdrs } from "@nats-io/transport-node";
import { Failure } from "../../core/errors.ts";
import type { Door } from "../../core/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import { lazily } from "../../lib/lazy.ts";
import { startWorker, type Worker } from "../../lib/worker.ts";
import type { EventFilter, EventView, Views } from "../../store/views/types.ts";
import { type Broker, connectBroker, type NatsSettings } from "./connection.ts";

const transport = lazily<typeof import("@nats-io/transport-node")>("@nats-io/transport-node");

/** The name no reader can give: readers' names have no colon. */
export const NATS_CURSOR = "gateway:nats";

export interface PublishOptions {
  settings: NatsSettings;
  door: Door;
  views: Pick<Views, "cursor" | "events">;
  /** An event as a CloudEvent, as the feed has it. */
  cloudEvent(event: EventView): object;
  test: EventFilter["test"];
  clock: Clock;
  /** Whether this process may publish now; another holds the lease when not. */
  lease?: () => Promise<boolean>;
  /** Told when the broker is lost, with why, and null when it is back. */
  onBroker(error: unknown): void;
  onError(error: unknown): void;
}

const POLL_MS = 200;
/** Messages under way at once. */
const EVENTS_AT_ONCE = 100;
const ACK_MS = 5000;
/** Pauses after failures in a row, in milliseconds: they double up to the longest. */
const SHORTEST_MS = 250;
const LONGEST_MS = 10_000;
/** Room for the headers of a message, in bytes. */
const HEADERS_BYTES = 1024;

/** Starts the loop; `wake` it after a commit. */
export function startPublisher(options: PublishOptions): Worker {
  const publisher = new Publishing(options);
  const worker = startWorker({
    name: "nats",
    pollMs: POLL_MS,
    run: (signal) => publisher.round(signal),
    onError: options.onError,
  });
  const { stop } = worker;
  return {
    ...worker,
    async stop() {
      await stop();
      await publisher.close();
    },
  };
}

class Publishing {
  readonly #options: PublishOptions;
  #broker: Broker | null = null;
  #failures = 0;
  #notBefore = 0;

  constructor(options: PublishOptions) {
    this.#options = options;
  }

  async round(signal: AbortSignal): Promise<void> {
    const { lease, clock, onBroker } = this.#options;
    if (lease && !(await lease())) return this.close();
    if (clock() < this.#notBefore && clock() > this.#notBefore - LONGEST_MS) return;
    try {
      while (!signal.aborted && (await this.#publishNext()));
      if (this.#failures > 0) onBroker(null);
      this.#failures = 0;
    } catch (error) {
      await this.close();
      this.#failures += 1;
      this.#notBefore = clock() + Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(10, this.#failures - 1));
      if (this.#failures === 1) onBroker(error);
    }
  }

  async close(): Promise<void> {
    const broker = this.#broker;
    this.#broker = null;
    await broker?.close().catch(() => undefined);
  }

  /** Publishes the next events and keeps how far it came; true when there may be more. */
  async #publishNext(): Promise<boolean> {
    const { settings, views, test, lease } = this.#options;
    const before = (await views.cursor(NATS_CURSOR))?.position ?? null;
    if (this.#broker?.isClosed()) await this.close();
    this.#broker ??= await connectBroker(settings);
    const { items, next, head, oldest } = await views.events(before ?? 0, EVENTS_AT_ONCE, { test });
    if (before !== null && before > 0 && before < oldest - 1)
      this.#options.onError(new Error(`events after ${before} and before ${oldest} were purged before they were published`));
    const { upTo, error } = await publishAll(this.#broker, items, this.#options);
    const after = error === null ? next : upTo;
    if (after !== null && after !== before) await this.#keep(before, after);
    if (error !== null) throw error;
    return next < head && !(lease && !(await lease()));
  }

  /** The guard keeps back who is behind: what it published again has no effect. */
  async #keep(before: number | null, after: number): Promise<void> {
    const side = { kind: "cursor", name: NATS_CURSOR, holder: "gateway", before, after } as const;
    try {
      await this.#options.door.execute({ commands: [], caller: { kind: "gateway" }, channel: "gateway", side });
    } catch (error) {
      if (!(error instanceof Failure && error.code === "guard_lost")) throw error;
    }
  }
}

/** Up to which position all are published, null for none; and why the next is not, null when all are. */
interface Published {
  upTo: number | null;
  error: unknown;
}

/**
 * All are sent at once, each but the first on the condition that the one before is the last of the stream: when one in the middle
 * fails, so do all behind it, and nothing of a task can come before what was said earlier. Who was stored before, and is known as
 * a repeat, needs no condition.
 */
async function publishAll(
  broker: Broker,
  events: readonly EventView[],
  options: Pick<PublishOptions, "settings" | "cloudEvent">,
): Promise<Published> {
  const { stream, prefix } = options.settings;
  const acks = events.map((event, index) => {
    const last = events[index - 1];
    const expect = { streamName: stream, ...(last ? { lastMsgID: last.id } : {}) };
    const payload = payloadOf(options.cloudEvent(event), broker.mostBytes - HEADERS_BYTES);
    const publication = { msgID: event.id, expect, timeout: ACK_MS, headers: typeHeaders() };
    return broker.jetstream.publish(`${prefix}.${event.type}`, payload, publication);
  });
  const ends = await Promise.allSettled(acks);
  const failed = ends.findIndex((one) => one.status === "rejected");
  const end = ends[failed];
  if (end?.status !== "rejected") return { upTo: events.at(-1)?.position ?? null, error: null };
  return { upTo: events[failed - 1]?.position ?? null, error: end.reason };
}

function typeHeaders(): MsgHdrs {
  const headers = transport().headers();
  headers.set("Content-Type", "application/cloudevents+json");
  return headers;
}

/** The CloudEvent in structured mode; one too large for the broker names where its data is read (extension `dataref`). */
function payloadOf(event: object, mostBytes: number): string {
  const whole = JSON.stringify(event);
  if (Buffer.byteLength(whole) <= mostBytes) return whole;
  const { data: _large, ...rest } = event as { data?: unknown; id: string; source: string };
  return JSON.stringify({ ...rest, dataref: `${rest.source.startsWith("http") ? rest.source : ""}/v1/events/${rest.id}` });
}
