// Builds what sends the answers to mails. Nothing is sent before `follow`.
import { errorText, type Log } from "../lib/log.ts";
import type { Counts, Family } from "../lib/metrics.ts";
import type { Clock } from "../lib/clock.ts";
import type { TokenKey } from "../lib/reply-token.ts";
import type { Worker } from "../lib/worker.ts";
import { createGuard } from "../outbound/guard.ts";
import { startAnswering } from "../outbound/mail-answers.ts";
import { rememberLookups, systemResolve } from "../outbound/request-dns.ts";
import { MAIL_PORTS } from "../outbound/transports/email.ts";
import type { Settings } from "../settings.ts";
import type { Store } from "../store/store.ts";
import type { Meters } from "./metrics.ts";

export interface Answering {
  /** An answer waits to be sent. */
  wake(): void;
  follow(): void;
  stop(): Promise<void>;
}

interface Options {
  settings: Settings;
  log: Log;
  clock: Clock;
  meters: Pick<Meters, "answers">;
  tokenKey: TokenKey;
}

export function createAnswering({ settings, log, clock, meters, tokenKey }: Options, store: Store): Answering {
  const resolve = rememberLookups(systemResolve, clock);
  const { checkHost } = createGuard({ resolve, allow: settings.outgoingAllow, ports: MAIL_PORTS });
  let worker: Worker | undefined;
  return {
    wake: () => worker?.wake(),
    follow() {
      worker = startAnswering({
        ...{ answers: store.mails, mailboxes: () => store.site().mailboxes, checkHost, tokenKey, clock, log },
        onEnd: (mailbox, kind, state) => meters.answers.add([mailbox, kind, state].join(" ")),
        onError: (error) => log("error", "answers.failed", { error: errorText(error) }),
      });
    },
    stop: async () => worker?.stop(),
  };
}

/** How answers ended. */
export function answerFamily(answers: Counts): Family {
  const samples = [...answers.entries()].map(([key, value]) => {
    const [mailbox = "", kind = "", end = ""] = key.split(" ");
    return { labels: { mailbox, kind, end }, value };
  });
  return {
    name: "crossdesk_mail_answers_total",
    type: "counter",
    help: "Answers to mails, by how they ended: sent, failed, or unknown where nobody can say.",
    samples,
  };
}
