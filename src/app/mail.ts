// Builds the way in by mail: one reader for each mailbox of the site, and the receiver that HTTP hands mails to.
import type { Door } from "../core/ports.ts";
import type { Attachments } from "../inbound/attachments.ts";
import { startMailbox } from "../inbound/email/mailbox.ts";
import { createMailboxes } from "../inbound/email/mailboxes.ts";
import { createMailParser } from "../inbound/email/parse.ts";
import { createMailReceiver, type MailReceiver, type Received } from "../inbound/email/receive.ts";
import { troubleText } from "../inbound/email/trouble.ts";
import type { Clock } from "../lib/clock.ts";
import type { KeepRaw } from "../inbound/kept/raw-form.ts";
import type { Recorder } from "../inbound/kept/recorder.ts";
import { drawId } from "../lib/ids.ts";
import type { Report } from "../inbound/visit.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { TokenKey } from "../lib/reply-token.ts";
import { createMailToken } from "../outbound/auth/mail-token.ts";
import type { Tokens } from "../outbound/auth/token.ts";
import type { Mailbox, Site } from "../store/site.ts";
import type { Settings } from "../settings.ts";
import type { Store } from "../store/store.ts";
import { createAnswering } from "./answering.ts";
import { createMailStates, type MailStates } from "./mail-states.ts";
import type { Meters } from "./metrics.ts";

/** How long a mailbox stays with a process that says nothing any more. It is renewed three times in that time. */
const LEASE_MS = 60_000;
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
  settings: Settings;
  store: Store;
  door: Door;
  log: Log;
  clock: Clock;
  report: Report;
  meters: Pick<Meters, "mailboxes" | "answers">;
  /** Access tokens for mailboxes with OAuth 2. */
  tokens: Tokens;
  keepRaw: KeepRaw;
  recorder: Recorder;
  attachments: Attachments;
  /** Tells answers to our own mails. */
  tokenKey: TokenKey;
}

/** Nothing is read before `follow`. */
export function createMail(options: MailOptions): Mail {
  const { settings, store, door, log, clock, report, meters, tokenKey, tokens, ...parts } = options;
  const answering = createAnswering({ settings, log, clock, meters, tokenKey }, store);
  const parser = createMailParser();
  const onError = (error: unknown): void => log("warn", "mailboxes.unkept", { error: errorText(error) });
  const states = createMailStates({ store: store.mailboxes, clock, meters: meters.mailboxes, onError });
  const findPerson = async (email: string) => (await store.persons.list({ email, limit: 1 })).items[0] ?? null;
  const receiver = counted(
    createMailReceiver({
      ...{ door, site: store.site, log, report, parser, clock, replyKeys: [tokenKey], findPerson, ...parts },
      ...{ memory: store.mails, onAnswer: answering.wake },
    }),
    states,
  );
  const mailboxes = createMailboxes((mailbox) =>
    startMailbox({
      ...{ mailbox, receiver, position: store.positions, log, drawId },
      ...hearing(mailbox, states),
      ...leaseFor(store, mailbox),
      ...accessFor({ store, tokens }, mailbox),
    }),
  );
  const followSite = (site: Site): void => {
    mailboxes.follow(site);
    // What is gone from the site is not told of any more.
    store.mailboxes.keepOnly([...site.mailboxes.keys()]).catch(() => undefined);
  };
  return {
    receiver,
    follow() {
      states.follow();
      answering.follow();
      followSite(store.site());
      store.onSite(followSite);
    },
    async stop() {
      await mailboxes.stop();
      await states.stop();
      await answering.stop();
      // Where the store is out of reach a lease ends by itself.
      if (store.shared)
        for (const name of store.site().mailboxes.keys()) await store.leases.release(leaseOf(name)).catch(() => undefined);
    },
    close: () => parser.close(),
  };
}

/** Notes how every mail ends, whichever way it came. */
function counted(receiver: MailReceiver, states: MailStates): MailReceiver {
  const noted =
    <A extends readonly [Mailbox, ...unknown[]]>(how: (...all: A) => Promise<Received>) =>
    async (...all: A): Promise<Received> => {
      const end = await how(...all);
      states.ended(all[0].name, end.outcome);
      return end;
    };
  return { ...receiver, receive: noted(receiver.receive), setAside: noted(receiver.setAside) };
}

function hearing(mailbox: Mailbox, states: MailStates) {
  const notes = states.of(mailbox.name);
  return {
    onLook: notes.looked,
    onFailure: (error: unknown) => notes.failed(troubleText(error, mailbox)),
    onUnfinished: (error: unknown) => notes.troubled(troubleText(error, mailbox)),
  };
}

/** A single process needs no lease: the lock on its database is one. */
function leaseFor(store: Store, { name }: Mailbox) {
  return store.shared ? { lease: () => store.leases.take(leaseOf(name), LEASE_MS) } : {};
}

function accessFor({ store, tokens }: { store: Store; tokens: Tokens }, { name, oauth2 }: Mailbox) {
  if (!oauth2) return {};
  const { refreshToken } = oauth2;
  const kept = {
    refreshToken: () => store.mailboxes.refreshToken(name, refreshToken),
    replaced: (token: string) => store.mailboxes.replaceRefreshToken(name, refreshToken, token),
  };
  return { accessToken: createMailToken(tokens, { mailbox: name, oauth2, ...kept }) };
}
