// One stream of server-sent events: reads up to the head by itself, then is handed what comes. What its reader does not take is not
// kept for it: it reads on from the database when the reader has caught up, or is cut off when that takes too long.
import type { EventFilter, EventView, Views } from "../../../store/views/types.ts";
import { passes } from "./passes.ts";
import type { Follower, Tail } from "./tail.ts";

/** Where a stream goes. */
export interface Outlet {
  write(text: string): void;
  /** Whether enough is waiting to be taken. */
  isFull(): boolean;
  /** Calls back once the reader has taken all, or has gone. */
  onceDrained(listener: () => void): void;
  /** Cuts the reader off. */
  destroy(): void;
  /** Aborted when the reader has gone. */
  gone: AbortSignal;
}

export interface StreamOptions {
  views: Pick<Views, "events">;
  tail: Tail;
  /** An event as it is sent. */
  textOf(event: EventView): string;
  after: number;
  /** From where on nothing was purged when it began. */
  oldest: number;
  filter: EventFilter;
  /** Whether the reader may still read. */
  holds(): Promise<boolean>;
}

/** After so long without a word a comment is sent, so that whatever is between knows the connection lives; in milliseconds. */
const HEARTBEAT_MS = 15_000;
/** So long a reader may take nothing at all, in milliseconds. */
const PATIENCE_MS = 30_000;
/** How long a reader should wait before it comes again, in milliseconds. */
const RETRY_MS = 2000;
const EVENTS_AT_ONCE = 100;

/** Sends what passes until the reader goes, may read no more, or the gateway stops; always ends behind a whole event. */
export async function runStream(options: StreamOptions, out: Outlet): Promise<void> {
  const stream = new Stream(options, out);
  try {
    await stream.run();
  } finally {
    stream.close();
  }
}

class Stream implements Follower {
  readonly #options: StreamOptions;
  readonly #out: Outlet;
  readonly #leave: () => void;
  #at: number;
  /** The position its reader has been told. */
  #told: number;
  #spokeAt: number;
  #oldest: number;
  /** Since when the reader has taken nothing, null while it does. */
  #fullSince: number | null = null;
  #ended = false;
  /** Wakes `run` from whatever it waits for. */
  #wake: () => void = () => undefined;

  constructor(options: StreamOptions, out: Outlet) {
    this.#options = options;
    this.#out = out;
    this.#at = options.after;
    this.#told = options.after;
    this.#oldest = options.oldest;
    this.#spokeAt = options.tail.now();
    out.gone.addEventListener("abort", this.end, { once: true });
    this.#leave = options.tail.enter(this);
  }

  async run(): Promise<void> {
    this.#write(`retry: ${RETRY_MS}\nid: ${this.#at}\n\n`);
    while (!this.#stops()) {
      await this.#taken();
      if (await this.#reachesHead()) await this.#follow();
    }
  }

  close(): void {
    this.#leave();
    this.#out.gone.removeEventListener("abort", this.end);
  }

  #stops(): boolean {
    return this.#ended || this.#out.gone.aborted;
  }

  /** Sends the next page; true when there is nothing behind it. */
  async #reachesHead(): Promise<boolean> {
    const { views, filter } = this.#options;
    const { items, next, head, oldest } = await views.events(this.#at, EVENTS_AT_ONCE, filter);
    if (this.#hasLost(oldest)) this.end();
    for (const event of items) {
      if (this.#stops()) return false;
      this.#send(event);
      await this.#taken();
    }
    this.#at = next;
    return next >= head;
  }

  /** Whether something was purged that it has not come to: its reader hears so when it comes again. */
  #hasLost(oldest: number): boolean {
    const lost = this.#at > 0 && this.#at < oldest - 1 && oldest !== this.#oldest;
    this.#oldest = oldest;
    return lost;
  }

  /** Is handed what comes, until its reader is too slow for that or the stream ends. */
  async #follow(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (!this.#stops() && this.#options.tail.follow(this, this.#at)) await promise;
    this.#options.tail.rest(this);
  }

  /** Waits until the reader has taken what was written. */
  async #taken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#out.isFull() && !this.#stops()) {
      this.#out.onceDrained(resolve);
      await promise;
    }
    this.#fullSince = null;
  }

  take({ events, upTo }: { events: readonly EventView[]; upTo: number }): void {
    for (const event of events) {
      if (this.#stops() || this.#fullSince !== null) return;
      if (event.position <= this.#at) continue;
      this.#at = event.position;
      if (passes(event, this.#options.filter)) this.#send(event);
    }
    if (this.#fullSince === null) this.#at = Math.max(this.#at, upTo);
  }

  tick(now: number): void {
    if (this.#fullSince !== null) {
      if (now - this.#fullSince > PATIENCE_MS) this.#out.destroy();
    } else if (now - this.#spokeAt >= HEARTBEAT_MS) {
      // An id without data is kept by the reader and shown to nobody: what did not pass the filter is not looked through again.
      this.#write(this.#told === this.#at ? ":\n\n" : `:\nid: ${this.#at}\n\n`);
      this.#told = this.#at;
      this.check();
    }
  }

  check(): void {
    this.#options.holds().then(
      (holds) => holds || this.end(),
      () => undefined,
    );
  }

  end = (): void => {
    this.#ended = true;
    this.#wake();
  };

  #send(event: EventView): void {
    this.#at = event.position;
    this.#told = event.position;
    this.#write(this.#options.textOf(event));
  }

  #write(text: string): void {
    this.#spokeAt = this.#options.tail.now();
    this.#out.write(text);
    if (!this.#out.isFull()) return;
    this.#fullSince = this.#spokeAt;
    // Whoever follows stops following, and reads on by itself later.
    this.#wake();
  }
}
