// The one loop that everything long-running is: woken or polled, one bad round never ends it, it drains on stop.
import { setTimeout as delay } from "node:timers/promises";

/** A loop under way. */
export interface Worker {
  readonly name: string;
  /** Starts a round now, or right after the one under way. */
  wake(): void;
  /** Asks the loop to end and waits for the round under way; a second call waits for the same end. */
  stop(): Promise<void>;
}

/** What a loop does and how often. */
export interface WorkerSpec {
  name: string;
  /** Longest pause between two rounds, in milliseconds. */
  pollMs: number;
  /** One round. It should end soon after `signal` is aborted. A thrown error is reported and the next round comes as usual. */
  run(signal: AbortSignal): Promise<void>;
  onError(error: unknown): void;
}

/** Starts the loop; the first round begins at once. */
export function startWorker(spec: WorkerSpec): Worker {
  const stopping = new AbortController();
  let woken = false;
  let pause = new AbortController();

  const rest = async (): Promise<void> => {
    if (woken || stopping.signal.aborted) return;
    pause = new AbortController();
    await delay(spec.pollMs, undefined, { signal: pause.signal, ref: false }).catch(() => undefined);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      woken = false;
      try {
        await spec.run(stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) spec.onError(error);
      }
      await rest();
    }
  };

  const ended = loop();
  return {
    name: spec.name,
    wake() {
      woken = true;
      pause.abort();
    },
    async stop() {
      stopping.abort();
      pause.abort();
      await ended;
    },
  };
}
