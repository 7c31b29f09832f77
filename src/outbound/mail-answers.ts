// Sends the answers to mails that wait in the store. Each is sent once or never: it is taken before it is sent, and what may have gone
// out is not sent again.
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { makeMailMark, type TokenKey } from "../lib/reply-token.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import type { AnswerEnd, MailAnswers, TakenAnswer } from "../store/mail-answers.ts";
import type { Mailbox } from "../store/site.ts";
import type { Guard } from "./guard.ts";
import { domainOf, headerSubject, parseAddress } from "./mail-content.ts";
import { createSmtpPool, type SmtpPool } from "./mail-pool.ts";
import { sendMail } from "./mail-send.ts";
import type { Verdict } from "./mail-verdict.ts";
import { lazily } from "../lib/lazy.ts";

const mailComposer = lazily<typeof import("nodemailer/lib/mail-composer").default>("nodemailer/lib/mail-composer");

export interface AnsweringOptions {
  answers: Pick<MailAnswers, "take" | "end" | "abandon">;
  mailboxes(): ReadonlyMap<string, Mailbox>;
  checkHost: Guard["checkHost"];
  tokenKey: TokenKey;
  clock: Clock;
  log: Log;
  /** Told of each answer that is done with. */
  onEnd(mailbox: string, kind: string, state: AnswerEnd["state"]): void;
  onError(error: unknown): void;
}

/** How often answers of other processes, and those whose time has come, are looked for. */
const POLL_MS = 15_000;
const SEND_MS = 30_000;
/** Long after any sending ends. */
const ABANDONED_MS = 10 * 60_000;
/** Pauses before further tries of what surely did not go out; an answer of tomorrow helps nobody. */
const RETRY_MS: readonly number[] = [30_000, 120_000, 600_000, 3_600_000];

/** Starts sending. `wake` sends at once what was just written. */
export function startAnswering(options: AnsweringOptions): Worker {
  const pool = createSmtpPool();
  const worker = startWorker({
    name: "mail answers",
    pollMs: POLL_MS,
    run: (signal) => sendAll(options, pool, signal),
    onError: options.onError,
  });
  return {
    ...worker,
    async stop() {
      await worker.stop();
      pool.close();
    },
  };
}

async function sendAll(options: AnsweringOptions, pool: SmtpPool, signal: AbortSignal): Promise<void> {
  const { answers, clock, log } = options;
  const lost = await answers.abandon(clock() - ABANDONED_MS, clock());
  if (lost > 0) log("warn", "answers.abandoned", { answers: lost });
  while (!signal.aborted) {
    // One at a time is taken, so that a process that dies leaves at most one in doubt.
    const [taken] = await answers.take(clock(), 1);
    if (!taken) return;
    await sendOne(options, pool, taken);
  }
}

async function sendOne(options: AnsweringOptions, pool: SmtpPool, taken: TakenAnswer): Promise<void> {
  const { answers, clock, log, onEnd } = options;
  const verdict = await verdictOf(options, pool, taken);
  const end = endOf(verdict, taken.tries, clock());
  await answers.end(taken.id, end, clock());
  if (end.state !== "ready") onEnd(taken.mailbox, taken.kind, end.state);
  const { id: answer, mailbox, kind } = taken;
  log(end.state === "sent" ? "info" : "warn", "answer.tried", { answer, mailbox, kind, state: end.state, code: end.code });
}

async function verdictOf(options: AnsweringOptions, pool: SmtpPool, taken: TakenAnswer): Promise<Verdict> {
  const mailbox = options.mailboxes().get(taken.mailbox);
  const settings = mailbox?.answers;
  if (!mailbox || !settings)
    return { class: "permanent", code: "no_answers", detail: "The mailbox answers nobody any more.", answer: null };
  const { host, port, security, user } = settings;
  const from = parseAddress(settings.from);
  const raw = await composeAnswer(taken, from, options);
  const login = user === null ? null : { user, password: mailbox.answersPassword ?? "" };
  return sendMail({
    ...{ checkHost: options.checkHost, pool, owner: `mailbox ${mailbox.name}`, signal: AbortSignal.timeout(SEND_MS) },
    server: { host, port, security, login, timeoutMs: SEND_MS },
    mail: { from: from.address, recipients: [taken.recipient], raw },
  });
}

/** The mail as it leaves: RFC 3834 section 3, and the marks by which others, and we ourselves, know not to answer it. */
export function composeAnswer(
  { id, recipient, letter }: Pick<TakenAnswer, "id" | "recipient" | "letter">,
  from: ReturnType<typeof parseAddress>,
  { tokenKey, clock }: Pick<AnsweringOptions, "tokenKey" | "clock">,
): Promise<Buffer> {
  const { subject, text, inReplyTo, references } = letter;
  const built = new (mailComposer())({
    ...{ from, to: [recipient], subject: headerSubject(subject), text, date: new Date(clock()) },
    messageId: `<${id}.answer@${domainOf(from.address)}>`,
    ...(inReplyTo === null ? {} : { inReplyTo }),
    references: [...references],
    headers: [
      { key: "Auto-Submitted", value: "auto-replied" },
      { key: "X-Auto-Response-Suppress", value: "All" },
      { key: "X-Crossdesk", value: makeMailMark(tokenKey, id) },
    ],
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return built.compile().build();
}

/** Only what surely did not go out is tried again, a few times. */
function endOf({ class: kind, code, detail, answer }: Verdict, tries: number, now: number): AnswerEnd {
  const note = detail ?? answer;
  if (kind === "done") return { state: "sent", code, note, dueAt: now };
  if (kind === "ambiguous") return { state: "unknown", code, note, dueAt: now };
  const pause = kind === "transient" ? RETRY_MS[tries] : undefined;
  return pause === undefined ? { state: "failed", code, note, dueAt: now } : { state: "ready", code, note, dueAt: now + pause };
}
