// Builds the way in by mail: one reader for each mailbox of the site, and the receiver that HTTP hands mails to.
import type { Door } from "../core/ports.ts";
import type { Attachments } from "../inbound/attachments.ts";
import { startMailbox } from "../inbound/email/mailbox.ts";
import { createMailboxes } from "../inbound/email/mailboxes.ts";
import { createMailParser } from "../inbound/email/parse.ts";
import { createMailReceiver, type MailReceiver } from "../inbound/email/receive.ts";
import type { Clock } from "../lib/clock.ts";
import type { KeepRaw } from "../inbound/kept/raw-form.ts";
import type { Recorder } from "../inbound/kept/recorder.ts";
import { drawId } from "../lib/ids.ts";
import type { Report } from "../inbound/visit.ts";
import type { Log } from "../lib/log.ts";
import type { TokenKey } from "../lib/reply-token.ts";
import type { Store } from "../store/store.ts";
import type { Meters } from "./metrics.ts";

/** How much longer than its longest pause a reader keeps its mailbox, so that no other takes it between two looks. */
const LEASE_MARGIN_MS = 15_000;
const leaseOf = (mailbox: string): string => `mailbox ${mailbox}`;

/** The mailboxes of the site under way. */
export interface Mail {
  receiver: MailReceiver;
  /** Reads the mailboxes of the site, now and whenever it changes. */
  follow(): void;
  /** Reads no mailbox any more, and lets another process read them at once. */
  stop(): Promise<void>;
  /** Mails handed in over HTTP are parsed until the server is closed. */
  close(): Promise<void>;
}

interface MailOptions {
  store: Store;
  door: Door;
  log: Log;
  clock: Clock;
  report: Report;
  meters: Pick<Meters, "mailboxes">;
  keepRaw: KeepRaw;
  recorder: Recorder;
  attachments: Attachments;
  /** Tells answers to our own mails. */
  tokenKey: TokenKey;
}

/** Nothing is read before `follow`. */
export function createMail({ store, door, log, clock, report, meters, tokenKey, ...parts }: MailOptions): Mail {
  const parser = createMailParser();
  const receiver = createMailReceiver({
    ...{ door, site: store.site, log, report, parser, clock, replyKeys: [tokenKey], ...parts },
  });
  const mailboxes = createMailboxes((mailbox) => {
    // A single process needs no lease: the lock on its database is one.
    const lease = store.shared ? { lease: () => store.leases.take(leaseOf(mailbox.name), mailbox.pollMs + LEASE_MARGIN_MS) } : {};
    const meter = { waiting: 0, lookedAt: null as number | null, failures: 0 };
    meters.mailboxes.set(mailbox.name, meter);
    const onLook = (waiting: number): void => {
      meter.waiting = waiting;
      if (waiting === 0) meter.lookedAt = clock();
    };
    const onFailure = (): void => {
      meter.failures += 1;
    };
    return startMailbox({ mailbox, receiver, position: store.positions, log, drawId, onLook, onFailure, ...lease });
  });
  return {
    receiver,
    follow() {
      mailboxes.follow(store.site());
      store.onSite((site) => mailboxes.follow(site));
    },
    async stop() {
      await mailboxes.stop();
      // Where the store is out of reach a lease ends by itself.
      if (store.shared)
        for (const name of store.site().mailboxes.keys()) await store.leases.release(leaseOf(name)).catch(() => undefined);
    },
    close: () => parser.close(),
  };
}
