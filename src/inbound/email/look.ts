// What a kept mail says, for somebody who decides what becomes of it: its text, what of it its sender wrote, and what it would lead to.
import { Failure } from "../../core/errors.ts";
import type { MessageDetail } from "../../store/views/message-rows.ts";
import type { Site } from "../../store/site.ts";
import type { MailLook } from "../kept/again.ts";
import { readAnswer } from "./answer-body.ts";
import { canStandAlone } from "./lone-files.ts";
import type { MailParser } from "./parse.ts";
import { tagRulesOf } from "./recognise.ts";

/** What a mail is read by whose mailbox is gone. */
const NO_MAILBOX = { tagFormat: "[[LABEL]]: [[Value]]", taskPatterns: [] };
/** So much of a text is taken apart and shown; the whole is in the bytes. */
const SHOWN = 200_000;

interface Parts {
  parser: MailParser;
  site: () => Site;
}

/** Reads the mail as its mailbox is set now. */
export async function lookAt({ parser, site }: Parts, message: MessageDetail, raw: Buffer): Promise<MailLook> {
  const read = await parser.read(raw);
  if (!read.ok) throw new Failure("message_state", read.detail);
  const { mail } = read;
  const { mailboxes, providers } = site();
  const mailbox = mailboxes.get(message.about.place);
  const rules = mailbox ?? NO_MAILBOX;
  const timeZone = providers.get(message.caller?.provider ?? "")?.timeZone ?? "UTC";
  const found = await parser.recognise({ ...mail, hasFiles: canStandAlone(mail.files), answer: null }, { ...rules, timeZone });
  const tagRules = tagRulesOf(rules) ?? tagRulesOf(NO_MAILBOX);
  const shown = mail.text.slice(0, SHOWN);
  const body = tagRules ? readAnswer(shown, tagRules, null) : { free: shown, tags: [] };
  return {
    ...{ from: mail.from, subject: mail.subject, date: mail.date, messageId: mail.messageId, kind: mail.kind },
    ...{ text: shown, isCut: shown.length < mail.text.length, words: body.free, tags: body.tags },
    files: mail.files.map(({ name, contentType, inline, content }) => ({ name, contentType, inline, bytes: content.length })),
    leadsTo: found.ok
      ? { commands: found.commands.map(({ type }) => type), reason: null, detail: null }
      : { commands: [], reason: found.reason, detail: found.detail },
  };
}
