// What a mail leads to beside its events: what it costs its sender's budget, the answer to it, and what it says of a delivery. Decided
// before the mail is committed, and written with it.
import type { AnswerKind, MailAnswer, MailEffects } from "../../core/mail-effects.ts";
import type { Caller, TaskRef } from "../../core/ports.ts";
import { drawId } from "../../lib/ids.ts";
import type { Spent } from "../../lib/mail-budget.ts";
import type { TokenKey } from "../../lib/reply-token.ts";
import { isInForce } from "../../lib/scopes.ts";
import { type Clock, systemClock } from "../../lib/clock.ts";
import type { Credential, Mailbox, Site } from "../../store/site.ts";
import { reportedDelivery } from "./answer.ts";
import { writeLetter } from "./answers/letter.ts";
import {
  effectOf,
  LOOP,
  loopDetail,
  NO_BUDGET,
  STRANGERS,
  strangersDetail,
  takeFromBudget,
  takeFromStrangers,
} from "./budgets.ts";
import type { MailParser } from "./parse.ts";
import type { Mail } from "./read-mail.ts";
import { isAddressOf, verifySender } from "./trust.ts";

/** What is remembered of mails that came before. */
export interface MailMemory {
  spent(budget: string): Promise<Spent | null>;
  /** How many answers the address was sent, or is to be, by this mailbox since then. */
  answersTo(mailbox: string, recipient: string, since: number): Promise<number>;
}

const HOUR_MS = 60 * 60_000;

/** What is known of a mail when its effects are decided. */
interface Occasion {
  mailbox: Mailbox;
  mail: Mail;
  memory: MailMemory | undefined;
  now: number;
  /** What it names, as far as anything is named. */
  named: TaskRef;
  /** In whose name it is taken; null for nobody's. */
  caller: Caller | null;
  credentials: readonly Credential[];
}

/** What deciding needs from outside. */
export interface EffectParts {
  memory?: MailMemory;
  site: () => Site;
  parser: Pick<MailParser, "read">;
  clock?: Clock;
  replyKeys?: readonly TokenKey[];
}

type About = Pick<Occasion, "mail" | "named" | "caller">;

function occasionOf({ memory, site, clock = systemClock }: EffectParts, mailbox: Mailbox, about: About): Occasion {
  const now = clock();
  return { ...about, mailbox, memory, now, credentials: mailbox.answers ? credentialsInForce(site(), now) : [] };
}

/** A mail that is to be carried out. */
interface Applied extends About {
  commands: readonly object[];
  /** Whether its sender is one of the many whom nobody knows. */
  isAnybodys: boolean;
}

/** Why a mail is beyond a budget. */
type Beyond = Pick<Aside, "reason" | "detail">;

/** The effects of a mail that is to be carried out, or why it is beyond a budget. */
export async function effectsOfApplied(
  parts: EffectParts,
  mailbox: Mailbox,
  { mail, caller, commands, named, isAnybodys }: Applied,
): Promise<MailEffects | Beyond> {
  const occasion = occasionOf(parts, mailbox, { mail, caller, named: aboutOf(named, ticketIn(commands)) });
  const own = await takeFromBudget(occasion);
  if (own.verdict !== "within") return { reason: LOOP, detail: null };
  const shared = isAnybodys ? await takeFromStrangers(occasion) : NO_BUDGET;
  if (shared.verdict !== "within") return { reason: STRANGERS, detail: strangersDetail(mailbox) };
  const budgets = [...own.budgets, ...shared.budgets];
  const answer = await answerTo(occasion, { kind: "accepted", commands, reason: "", detail: null });
  return { ...effectOf(budgets), ...(answer ? { answer } : {}) };
}

const aboutOf = (named: TaskRef, ticket: string | null): TaskRef => (named.task || named.reference ? named : { task: ticket });

/** The ticket that commands name. */
export function ticketIn(commands: readonly object[]): string | null {
  const tickets = commands.map((command) => (command as { ticket?: unknown }).ticket);
  return tickets.find((one) => typeof one === "string") ?? null;
}

/** A mail that leads to nothing. `noise` is the reason for which nobody need look at it, or null. */
export interface Aside {
  reason: string;
  detail: string | null;
  mail: Mail | null;
  caller?: Caller;
  named?: TaskRef;
  /** The ticket it names, where it names no task. */
  ticket?: string | null;
  raw: Buffer;
  noise: string | null;
}

/** How such a mail is kept, and its effects. */
export interface AsideEnd {
  reason: string;
  detail: string | null;
  isNoise: boolean;
  effects: MailEffects;
}

/** Decides what is kept and done of a mail that leads to nothing. */
export async function endOfAside(parts: EffectParts, mailbox: Mailbox, aside: Aside): Promise<AsideEnd> {
  const { reason, detail, noise, named = {}, ticket = null } = aside;
  if (noise !== null) return { reason: noise, detail, isNoise: true, effects: reportIn(parts, mailbox, aside.mail) };
  const { mail, caller = null } = aside.mail === null ? await headOf(parts, mailbox, aside) : { ...aside, mail: aside.mail };
  if (mail === null) return { reason, detail, isNoise: false, effects: {} };
  const occasion = occasionOf(parts, mailbox, { mail, caller, named: aboutOf(named, ticket) });
  const { verdict, budgets } = await takeFromBudget(occasion);
  const effects = effectOf(budgets);
  if (verdict !== "within") return { reason: LOOP, detail: loopDetail(mailbox), isNoise: verdict === "over", effects };
  const kind = OVERSIZE.includes(reason) ? "oversize" : "refused";
  const answer = await answerTo(occasion, { kind, commands: [named], reason, detail });
  return { reason, detail, isNoise: false, effects: answer ? { ...effects, answer } : effects };
}

const OVERSIZE: readonly string[] = ["too_large", "file_too_large", "too_many_files"];
const MOST_HEAD = 64 * 1024;
const NOBODY = { mail: null };

/** Who wrote a mail that was too large to be read: its header is a mail without a text. */
async function headOf(
  { parser, site, clock = systemClock }: EffectParts,
  mailbox: Mailbox,
  { reason, raw }: Pick<Aside, "reason" | "raw">,
): Promise<{ mail: Mail | null; caller?: Caller }> {
  if (reason !== "too_large" || !mailbox.answers) return NOBODY;
  const end = /\r?\n\r?\n/.exec(raw.toString("latin1", 0, MOST_HEAD));
  const read = await parser.read(Buffer.from(raw.subarray(0, end ? end.index + 2 : MOST_HEAD)));
  if (!read.ok) return NOBODY;
  const sender = verifySender(read.mail, mailbox.trust, credentialsInForce(site(), clock()));
  if (!sender.ok) return NOBODY;
  return { mail: read.mail, caller: { kind: "provider", provider: sender.provider, credential: sender.credential } };
}

/** The credentials that count now. */
export function credentialsInForce({ credentials }: Site, now: number): Credential[] {
  return [...credentials.values()].filter(({ limits }) => limits === undefined || isInForce(limits, now));
}

/** What an answer tells. */
interface Answering {
  kind: AnswerKind;
  commands: readonly object[];
  reason: string;
  detail: string | null;
}

/**
 * The answer to a mail, or null. Only who is believed is written to, at an address in `From` that is one of its own, for a token says
 * nothing of it; no machine, no mailing list, not ourselves, and nobody more often than the mailbox allows.
 */
async function answerTo(occasion: Occasion, answering: Answering): Promise<MailAnswer | null> {
  const { mailbox, mail, memory, now, caller } = occasion;
  const { answers } = mailbox;
  if (!answers || !memory || !mail.answerable || mail.from === null || caller?.kind !== "provider") return null;
  if (!answers.kinds.includes(answering.kind) || isOurs(mail.from, answers.from)) return null;
  if (!isAddressOf(caller.provider, mail.from, occasion.credentials)) return null;
  if ((await memory.answersTo(mailbox.name, mail.from, now - HOUR_MS)) >= answers.perHour) return null;
  const letter = writeLetter({ ...answering, answers, mail, provider: caller.provider, tagFormat: formatOf(mailbox) });
  return { id: drawId(), mailbox: mailbox.name, kind: answering.kind, recipient: mail.from, letter };
}

/** The first of a mailbox's formats: answers show how to write it in one. */
function formatOf({ tagFormat }: Mailbox): string {
  return typeof tagFormat === "string" ? tagFormat : (tagFormat[0] ?? "");
}

/** `from` may have a name before the address. */
function isOurs(address: string, from: string): boolean {
  const own = /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
  return own.trim().toLowerCase() === address;
}

/** What a bounce says of a delivery, when it is one of ours. */
function reportIn(
  { site, replyKeys: keys = [], clock = systemClock }: EffectParts,
  mailbox: Mailbox,
  mail: Mail | null,
): MailEffects {
  const report = mail?.report;
  const reported = report && reportedDelivery(report, { keys, credentials: credentialsInForce(site(), clock()) });
  return report && reported ? { report: { ...reported, mailbox: mailbox.name, recipients: report.recipients } } : {};
}
