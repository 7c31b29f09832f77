// The loop over one mailbox: connect, catch up, wait for news, and when anything breaks connect again after a pause.
// It never ends by itself.
import { errorText } from "../../lib/log.ts";
import { startWorker, type Worker } from "../../lib/worker.ts";
import { catchUp, type LookParts } from "./catch-up.ts";
import type { AccessToken } from "./connection.ts";
import type { Stuck } from "./fetching.ts";
import { troubleText } from "./trouble.ts";
import { type ImapSession, openSession, type SessionEvents } from "./session.ts";

export interface MailboxParts extends LookParts {
  /** From 0 to below 1, spreads reconnections. */
  random?: () => number;
  onFailure?: (error: unknown) => void;
  /** For a mailbox with OAuth 2. */
  accessToken?: AccessToken;
  /** So long the server may be silent. */
  silenceMs?: number;
  /** How often the lease is renewed while nothing comes. */
  renewMs?: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const STOP_MS = 2_000;

/** Pause before the next try, after `failures` in a row: doubling from 1 s to 60 s, the upper half of it at random. */
export function pauseAfter(failures: number, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(longest / 2 + (longest / 2) * random);
}

/** Pauses between tries, and the one that is under way. */
interface Retry {
  waiting(): boolean;
  /** Reports a failure and starts the pause after it, unless one is under way. */
  failed(error: unknown): void;
  succeeded(): void;
  /** No more pauses. */
  end(): void;
}

function createRetry({ mailbox, log, onFailure, random = Math.random }: MailboxParts, again: () => void): Retry {
  let pause: NodeJS.Timeout | null = null;
  let ended = false;
  let failures = 0;
  return {
    waiting: () => pause !== null,
    failed(error) {
      if (ended || pause !== null) return;
      failures++;
      onFailure?.(error);
      const retryMs = pauseAfter(failures, random());
      log("warn", "mailbox.failed", {
        mailbox: mailbox.name,
        failures,
        retryMs,
        cause: errorText(error),
        says: troubleText(error, mailbox),
      });
      pause = setTimeout(() => {
        pause = null;
        again();
      }, retryMs);
      pause.unref();
    },
    succeeded() {
      failures = 0;
    },
    end() {
      ended = true;
      if (pause !== null) clearTimeout(pause);
    },
  };
}

/** How soon a mailbox that another process reads is asked for again: that process may have died. */
const LEASE_RETRY_MS = 5_000;
const LEASE_RENEW_MS = 20_000;

/** Keeps one session open and looks at the mailbox over it. */
interface Sight {
  look(signal: AbortSignal): Promise<void>;
  /** Waits for news over the session, if there is one. */
  idle(): void;
  /** Renews the lease of the session there is. */
  renew(): void;
  abandon(): void;
  close(): Promise<void>;
}

function createSight(parts: MailboxParts, events: SessionEvents): Sight {
  const { mailbox, lease, log, accessToken, silenceMs } = parts;
  const stuck: Stuck = { uid: 0, times: 0, unfinished: false };
  let session: ImapSession | null = null;

  const close = async (): Promise<void> => {
    const old = session;
    session = null;
    await old?.close();
  };
  const connect = async (signal: AbortSignal): Promise<ImapSession> => {
    session?.abandon();
    const access = { ...(accessToken ? { accessToken } : {}), ...(silenceMs ? { silenceMs } : {}) };
    const opened = await openSession({ mailbox, events, signal, ...access });
    log("info", "mailbox.connected", { mailbox: mailbox.name, uidValidity: opened.uidValidity() });
    return opened;
  };
  return {
    async look(signal) {
      if (lease && !(await lease())) {
        setTimeout(events.news, LEASE_RETRY_MS).unref();
        return await close();
      }
      const known = session?.usable() ? session : null;
      session = known ?? (await connect(signal));
      if (known) await known.reopen();
      await catchUp({ ...parts, session, signal, stuck }, known === null);
    },
    idle: () => session?.idle(),
    renew() {
      // Whoever lost it finds out by looking, and whoever cannot ask by not getting it the next time.
      if (lease && session)
        void lease().then(
          (mine) => void (mine || events.news()),
          () => undefined,
        );
    },
    abandon: () => session?.abandon(),
    close,
  };
}

/** Starts reading a mailbox. Stopping finishes the mail under way and closes the connection. */
export function startMailbox(parts: MailboxParts): Worker {
  const { mailbox } = parts;
  let busy = true;
  const retry = createRetry(parts, () => worker.wake());
  const sight = createSight(parts, {
    // News that come while a round is under way count too: the round may have looked just before.
    news: () => worker.wake(),
    idleEnded: () => void (busy || worker.wake()),
    lost: () => void (busy || retry.failed(new Error("the connection was lost"))),
  });
  const renewal = setInterval(sight.renew, parts.renewMs ?? LEASE_RENEW_MS).unref();
  const hurry = (): void => void setTimeout(() => sight.abandon(), STOP_MS).unref();

  const worker = startWorker({
    name: `mailbox ${mailbox.name}`,
    pollMs: mailbox.pollMs,
    async run(signal) {
      if (retry.waiting()) return;
      busy = true;
      signal.addEventListener("abort", hurry, { once: true });
      try {
        await sight.look(signal);
        retry.succeeded();
      } finally {
        signal.removeEventListener("abort", hurry);
        busy = false;
      }
      sight.idle();
    },
    onError: retry.failed,
  });
  return {
    ...worker,
    async stop() {
      retry.end();
      await worker.stop();
      clearInterval(renewal);
      await sight.close();
    },
  };
}
