// Whether a mail answers one of ours, and for whom: by the tokens it carries. A token that is none of ours counts as not
// there; tokens that name different tasks are a conflict, never a choice.
import { readMailMark, readReplyToken, type TokenCheck, type TokenClaim, type TokenKey } from "../../lib/reply-token.ts";
import type { MailProof, ReportOnDelivery } from "../../core/mail-effects.ts";
import type { Credential } from "../../store/site.ts";
import { blockMark } from "./answer-body.ts";
import type { DeliveryReport } from "./delivery-report.ts";
import type { Mail } from "./read-mail.ts";
import { unquote } from "./history.ts";
import { type TagRules, tagOf } from "./tags.ts";

/** A mail that answers ours. */
export interface Answer {
  claim: TokenClaim;
  /** The marks of tag blocks in it that are ours, as they stand. */
  blocks: string[];
  /** Whether it answers our mail itself, not a mail that did: only then a block in its quote was filled in now. */
  direct: boolean;
}

/** What tokens tell of a mail. */
export type Finding =
  | { kind: "stranger" }
  | { kind: "answer"; answer: Answer }
  | { kind: "refused"; reason: "own_mail" | "conflict"; detail: string };

/** How much of a mail is looked at; the rest can only make it less of an answer. */
const MOST_TOKENS = 8;
const MOST_HINTS = 20;
const MOST_LINES = 20_000;

const SYSTEM = "system:";
const OWN: Finding = { kind: "refused", reason: "own_mail", detail: "The mail is one of ours that came back." };

/** Id of the credential that a token of this System stands for. */
export function systemCredential(system: string): string {
  return `${SYSTEM}${system}`;
}

/**
 * Looks for tokens in recipients' addresses, then in `In-Reply-To` and `References`, then in the tag block. They are worth
 * something as long as their System stands among the credentials.
 */
export function findAnswer(
  mail: Mail,
  { keys, credentials, rules }: { keys: readonly TokenKey[]; credentials: Iterable<Credential>; rules: TagRules | null },
): Finding {
  if (keys.length === 0) return { kind: "stranger" };
  const { details, inReplyTo, references, marks } = mail.answers;
  const ids = [...inReplyTo, ...references.toReversed()];
  const blockTokens = blockMarks(mail.text);
  const seen = [...details, ...ids.map(tokenOf), ...blockTokens, tokenOf(mail.messageId?.slice(1, -1) ?? "")];
  if (marks.length === 0 && !seen.some(isToken)) return { kind: "stranger" };
  const check = { keys, owners: ownersOf(credentials), hints: hintsOf(mail, rules) };
  if (marks.some((mark) => readMailMark(mark, keys) !== null)) return OWN;
  if (mail.messageId !== null && claimsOf([tokenOf(mail.messageId.slice(1, -1))], check).length > 0) return OWN;
  const carried = claimsOf([...details, ...ids.map(tokenOf)], check);
  const known = { ...check, hints: [...carried.map((one) => one.task), ...check.hints] };
  const blocks = blockTokens.flatMap((mark) => claimsOf([mark], known).map((claim) => ({ mark, claim })));
  const claims = carried.length > 0 ? carried : blocks.map((one) => one.claim);
  const [claim] = claims;
  if (!claim) return { kind: "stranger" };
  if (claims.some((one) => one.task !== claim.task || one.provider !== claim.provider))
    return { kind: "refused", reason: "conflict", detail: "The mail answers mails about different tasks." };
  const mine = blocks.filter((one) => one.claim.task === claim.task && one.claim.provider === claim.provider);
  const answer = { claim, blocks: mine.map((one) => one.mark), direct: isDirect(mail, check) };
  return { kind: "answer", answer };
}

/** The delivery a report names, and what shows that its author had that very mail. */
export type Reported = Pick<ReportOnDelivery, "delivery" | "proofs">;

/**
 * The delivery that a mail server reports on. Its Message-ID must carry a token of ours, or the header that came back our mark:
 * nobody else can say what became of a mail. Whether they are that delivery's is for who knows it to say.
 */
export function reportedDelivery(
  { messageIds, marks }: DeliveryReport,
  { keys, credentials }: { keys: readonly TokenKey[]; credentials: Iterable<Credential> },
): Reported | null {
  if (keys.length === 0) return null;
  const check = { keys, owners: ownersOf(credentials) };
  const events = marks.flatMap((mark) => readMailMark(mark, keys) ?? []).map((event): MailProof => ({ event }));
  for (const id of messageIds.filter(isDelivery)) {
    const claims = claimsOf([tokenOf(id)], check).map(({ system, task }): MailProof => ({ system, task }));
    const proofs = [...claims, ...events];
    if (proofs.length > 0) return { delivery: id.slice(0, id.indexOf(".")), proofs };
  }
  return null;
}

/** `<key>.<token>@…`; the id of a conversation, `task.<token>@…`, is of no mail. */
function isDelivery(id: string): boolean {
  return /^[0-9a-f-]{36}\.[^@]*@/.test(id);
}

function ownersOf(credentials: Iterable<Credential>): TokenCheck["owners"] {
  const owners: TokenCheck["owners"][number][] = [];
  for (const { id, kind, holder } of credentials) {
    if (kind === "system" && holder.kind === "provider")
      owners.push({ provider: holder.provider, system: id.slice(SYSTEM.length) });
  }
  return owners;
}

/** The claims of the tokens that are ours, in order, of a bounded number of texts that look like one. */
function claimsOf(texts: readonly string[], check: TokenCheck): TokenClaim[] {
  const tokens = new Set(texts.map((text) => text.toLowerCase()).filter(isToken));
  return [...tokens].slice(0, MOST_TOKENS).flatMap((token) => readReplyToken(token, check) ?? []);
}

function isToken(text: string): boolean {
  return /^[a-z][a-z2-7]{26,}$/i.test(text);
}

/** The last part of a Message-ID of ours before its `@`: `<key>.<token>@…`, `task.<token>@…`. */
function tokenOf(id: string): string {
  return id.slice(0, id.lastIndexOf("@")).split(".").at(-1) ?? "";
}

/**
 * Our mails have exactly one id in their References, that of the task's conversation. An answer to one has our Message-ID
 * after it, or another where a relay on our way out gave the mail a new one. A mail program that says nothing is believed.
 */
function isDirect({ answers: { inReplyTo, references } }: Mail, check: TokenCheck): boolean {
  const isOurs = (id: string): boolean => claimsOf([tokenOf(id)], check).length > 0;
  const before = references.at(-2);
  return references.length === 0 || inReplyTo.some(isOurs) || (before?.startsWith("task.") === true && isOurs(before));
}

function blockMarks(text: string): string[] {
  const marks = linesOf(text).flatMap((line) => blockMark(line) ?? []);
  return [...new Set(marks)].slice(0, MOST_TOKENS);
}

function linesOf(text: string): string[] {
  return text.split("\n", MOST_LINES);
}

/** Numbers a token without its own may be about: in a TaskId tag, wherever it stands, or in brackets in the subject. */
function hintsOf({ text, subject }: Mail, rules: TagRules | null): string[] {
  const hints = new Set<string>();
  for (const found of subject.slice(0, 1_000).matchAll(/\[([^[\]]{1,64})\]/g)) hints.add((found[1] as string).trim());
  for (const line of rules ? linesOf(text) : []) {
    const tag = rules && tagOf(unquote(line.slice(0, 1_000)).text, rules);
    if (tag?.label === "taskid" && tag.value.trim() !== "") hints.add(tag.value.trim());
    if (hints.size >= MOST_HINTS) break;
  }
  return [...hints];
}
