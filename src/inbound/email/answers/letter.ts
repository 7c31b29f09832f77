// The letter that answers a mail, from what came of it: what was understood, or why not and how to write it. Pure but for the files
// of words. What partners wrote is put into it as words, never as place-holders, and on one line.
import type { AnswerKind, Letter } from "../../../core/mail-effects.ts";
import type { MailAnswers } from "../../../store/site.ts";
import type { Mail } from "../read-mail.ts";
import { type LanguageWords, wordsIn } from "./words.ts";

/** What a letter is made of. */
export interface LetterParts {
  kind: AnswerKind;
  answers: MailAnswers;
  /** Whose language it is written in. */
  provider: string;
  mail: Pick<Mail, "subject" | "messageId" | "answers">;
  /** Of what was accepted: the commands. */
  commands: readonly object[];
  /** Of what was refused: its reason, in a code and in words. */
  reason: string;
  detail: string | null;
  /** The mailbox's first way to write a tag. */
  tagFormat: string;
}

const MOST_SUBJECT = 300;
const MOST_DETAIL = 500;
const MOST_LINES = 20;
/** The most ids that are handed on (RFC 5322 section 3.6.4 asks for all; servers take no header without end). */
const MOST_REFERENCES = 20;

/** Writes the letter. */
export function writeLetter(parts: LetterParts): Letter {
  const { kind, mail, answers, provider } = parts;
  const language = answers.languages[provider] ?? answers.language;
  const words = wordsIn(language);
  const own = answers.texts[language]?.[kind];
  const values = {
    subject: oneLine(mail.subject.replace(/^(\s*(re|aw|antw|sv|odp|ynt|fwd?|wg)\s*:)+\s*/i, ""), MOST_SUBJECT),
    understood: parts.commands
      .flatMap((command) => understoodLines(command, words))
      .slice(0, MOST_LINES)
      .map((line) => `- ${line}`)
      .join("\n"),
    reason: kind === "accepted" ? "" : reasonText(parts, words),
    how: howText(parts, words),
  };
  const id = mail.messageId !== null && isSendable(mail.messageId) ? mail.messageId : null;
  const before = mail.answers.references.length > 0 ? mail.answers.references : mail.answers.inReplyTo;
  return {
    subject: oneLine(filled(own?.subject ?? words.letters[kind].subject, values), MOST_SUBJECT),
    text: `${filled(own?.text ?? words.letters[kind].text, values).trim()}\n`,
    inReplyTo: id,
    references: [
      ...before
        .filter(isSendable)
        .slice(-MOST_REFERENCES)
        .map((one) => `<${one}>`),
      ...(id === null ? [] : [id]),
    ],
  };
}

/** An id as others may have made it up: with anything but plain signs in it, servers would not take our answer. */
function isSendable(id: string): boolean {
  return /^[!-~]+$/.test(id);
}

/** Fills place-holders, once: a value that looks like one stays what it is. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? "") : whole,
  );
}

function oneLine(text: string, most: number): string {
  return [...text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim()].slice(0, most).join("");
}

/** What a command says in one line or two. Commands are those of the core; what is not known here is not told. */
function understoodLines(command: object, { understood }: LanguageWords): string[] {
  const given = command as Readonly<Record<string, unknown>>;
  const text = (name: string): string => {
    const value = given[name];
    return typeof value === "string" ? oneLine(value, 128) : "";
  };
  const reference = text("reference");
  const about = (given["type"] === "add_ticket_message" ? "" : text("task")) || text("ticket") || reference;
  const line = (name: string): string[] => {
    const words = understood[name];
    return words === undefined ? [] : [filled(words, { task: about, reference }).replace(/^\s*:\s*/, "")];
  };
  const named = reference !== "" && given["type"] !== "update_message" ? line("reference") : [];
  switch (given["type"]) {
    case "acknowledge":
      return [...(named.length > 0 ? named : line("acknowledged")), ...(text("message") ? line("message") : [])];
    case "update_message":
      return line("message");
    case "add_files":
      return line("files");
    case "reassignment":
      return [...named, ...line(text("outcome"))];
    case "create_ticket":
      return line("ticket");
    case "add_ticket_message":
      return line("ticketMessage");
    default:
      return [];
  }
}

function reasonText({ reason, detail }: LetterParts, { reasons }: LanguageWords): string {
  const isFiles = /attachment|file_type/.test(reason);
  const words = reasons[reason] ?? (isFiles ? reasons["attachments"] : undefined) ?? reasons["other"] ?? "{{detail}}";
  return filled(words, { detail: oneLine(detail ?? reason, MOST_DETAIL) });
}

/** Lines in the mailbox's own format, as a partner would write them. */
function howText({ tagFormat, commands, kind }: LetterParts, { how, values }: LanguageWords): string {
  if (kind === "accepted") return "";
  const task = commands.map((one) => (one as { task?: unknown }).task).find((one) => typeof one === "string") as
    | string
    | undefined;
  const line = (label: string, value: string): string =>
    tagFormat.replace("LABEL", label).replace(/\[\[Value\]\]|Value/, () => oneLine(value, 128));
  return [
    how,
    "",
    line("TaskId", task ?? "…"),
    line("ExternalReference", values.reference),
    line("Solution", values.solution),
  ].join("\n");
}
