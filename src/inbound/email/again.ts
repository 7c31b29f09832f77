// Reads a kept mail again, as the channel reads one that comes, but for its sender, whom somebody vouches for; and shows what it says.
// Nothing is answered by mail.
import { Failure } from "../../core/errors.ts";
import type { Mailbox, Site } from "../../store/site.ts";
import type { Again, KeptChannel } from "../kept/again.ts";
import type { KeepRaw } from "../kept/raw-form.ts";
import { readAnswer } from "./answer-body.ts";
import { chooseFiles, executeWithFiles, type MailAttachments } from "./attach.ts";
import { correctedText, taskOf, wordsOf } from "./corrected.ts";
import { maskedOf } from "./kept.ts";
import { lookAt } from "./look.ts";
import type { MailFile } from "./mail-files.ts";
import { type DeskCommand, openTicket } from "./on-ticket.ts";
import type { MailParser } from "./parse.ts";
import type { Mail } from "./read-mail.ts";
import { type MailCommand, tagRulesOf } from "./recognise.ts";
import { type FindPerson, writerOf } from "./standing.ts";
import type { TagRules } from "./tags.ts";
import { valuesOf } from "./values.ts";

interface Parts {
  parser: MailParser;
  site: () => Site;
  keepRaw: KeepRaw;
  attachments?: MailAttachments;
  findPerson?: FindPerson;
}

/** A mail that was read, and how it is read again. */
interface Reading {
  mail: Mail;
  again: Again;
  mailbox: Mailbox;
  rules: TagRules;
  /** Those that are taken. */
  files: readonly MailFile[];
  /** Its text, corrected. */
  text: string;
}

/** What can be done with the channel's kept mails. */
export function createKeptMail(parts: Parts): KeptChannel {
  return {
    async run(again) {
      const { caller, message, raw, door } = again;
      const reading = await readingOf(parts, again);
      const kept = parts.keepRaw({ ...message.about, contentType: "message/rfc822" }, maskedOf(reading.mail, raw));
      const unit = { caller, channel: "email", raw: kept } as const;
      if (again.reading.as === "internal") return door.execute({ ...unit, commands: [noteOf(reading)] });
      if (again.reading.as === "ticket") {
        const opener = { kind: "mailbox", mailbox: reading.mailbox.name } as const;
        return door.execute({ ...unit, caller: opener, commands: await ticketOf(parts, reading) });
      }
      const commands = again.reading.as === "message" ? [messageOf(reading)] : await commandsOf(parts, reading);
      const { attachments } = parts;
      return executeWithFiles({ door, ...(attachments ? { attachments } : {}) }, { ...unit, commands }, reading.files);
    },
    answer: async () => null,
    look: (message, raw) => lookAt(parts, message, raw),
  };
}

async function readingOf(parts: Parts, again: Again): Promise<Reading> {
  const { parser, site } = parts;
  const read = await parser.read(again.raw);
  if (!read.ok) throw new Failure("invalid_request", read.detail);
  const mailbox = site().mailboxes.get(again.message.about.place);
  if (mailbox === undefined) throw new Failure("unknown_mailbox");
  // Whoever has a ticket made of a mail may use the tags of one, wherever it came.
  const rules = tagRulesOf(again.reading.as === "ticket" ? { ...mailbox, openTickets: "anybody" } : mailbox);
  const files = filesOf(parts, read.mail, mailbox);
  if (rules === null) throw new Failure("invalid_request", "The mailbox's tag format has no LABEL and Value.");
  return { mail: read.mail, again, mailbox, rules, files, text: correctedText(read.mail.text, again.reading, rules) };
}

/** Somebody wants the mail carried out as it is: a file that is not taken stays in it. */
function filesOf({ attachments }: Parts, mail: Mail, mailbox: Mailbox): readonly MailFile[] {
  const rules = { ...mailbox.attachments, refused: "leave" } as const;
  const chosen = chooseFiles(mail.files, rules, attachments);
  return chosen.ok ? chosen.files : [];
}

/** With a task given, text that says nothing else is an update of it. Whoever corrects a mail answers for it, also for a machine's. */
async function commandsOf(
  { parser, site }: Parts,
  { mail, again, mailbox, rules, files, text }: Reading,
): Promise<MailCommand[]> {
  const { caller, task, reading } = again;
  if (caller.kind !== "provider") throw new Failure("forbidden");
  const timeZone = site().providers.get(caller.provider)?.timeZone ?? "UTC";
  const hasFiles = files.length > 0;
  const isTouched = task !== null || reading.text !== null || reading.tags !== null;
  const corrected = {
    ...mail,
    text,
    automatic: mail.automatic && !isTouched,
    answer: null,
    task: task ?? taskOf(reading.tags),
    hasFiles,
  };
  const found = await parser.recognise(corrected, { ...mailbox, timeZone });
  if (found.ok) return found.commands;
  const words = wordsOf(text, rules);
  if (task === null || words === "")
    throw new Failure("invalid_request", found.detail ?? `The mail says nothing to do: ${found.reason}.`);
  return [{ type: "update_message", task, message: words }];
}

/** A new ticket of the person with its sender's address, else of the failover person. */
async function ticketOf({ findPerson }: Parts, { mail, again, mailbox, rules, text }: Reading): Promise<DeskCommand[]> {
  if (again.task !== null) throw new Failure("invalid_request", "task: a new ticket has none yet.");
  const { tags, free } = readAnswer(text, rules, null);
  const values = valuesOf(tags);
  const person = mail.from === null ? null : await findPerson?.(mail.from);
  const made = "ok" in values ? values : openTicket(values, { subject: mail.subject, free }, writerOf(mail, mailbox, person));
  if (!made.ok) throw new Failure("invalid_request", made.detail ?? `The mail makes no ticket: ${made.reason}.`);
  return made.commands;
}

/** Its words alone, on the task that is given. */
function messageOf(reading: Reading): MailCommand {
  const { task, words } = wordsOnTask(reading);
  return { type: "update_message", task, message: words };
}

function noteOf(reading: Reading) {
  const { task, words } = wordsOnTask(reading);
  return { type: "add_message", task, visibility: "internal", text: words, author: reading.mail.from } as const;
}

function wordsOnTask({ again, text, rules }: Reading): { task: string; words: string } {
  if (again.task === null) throw new Failure("invalid_request", "task: say on which task the words belong.");
  const words = wordsOf(text, rules);
  if (words === "") throw new Failure("invalid_request", "The mail has no words: give them as text.");
  return { task: again.task, words };
}
