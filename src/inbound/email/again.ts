// Reads a kept mail again, as the channel reads one that comes, but for its sender, whom somebody vouches for. Nothing is answered by mail.
import { Failure } from "../../core/errors.ts";
import type { Site } from "../../store/site.ts";
import type { Again, KeptChannel } from "../kept/again.ts";
import type { KeepRaw } from "../kept/raw-form.ts";
import { chooseFiles, executeWithFiles, type MailAttachments } from "./attach.ts";
import { maskedOf } from "./kept.ts";
import type { MailFile } from "./mail-files.ts";
import type { MailParser } from "./parse.ts";
import type { Mail } from "./read-mail.ts";
import type { MailCommand } from "./recognise.ts";

interface Parts {
  parser: MailParser;
  site: () => Site;
  keepRaw: KeepRaw;
  attachments?: MailAttachments;
}

/** What can be done with the channel's kept mails. */
export function createKeptMail(parts: Parts): KeptChannel {
  return {
    async run(again) {
      const { caller, message, raw, door } = again;
      const read = await parts.parser.read(raw);
      if (!read.ok) throw new Failure("invalid_request", read.detail);
      const commands = await commandsOf(parts, read.mail, again);
      const kept = parts.keepRaw({ ...message.about, contentType: "message/rfc822" }, maskedOf(read.mail, raw));
      const { attachments } = parts;
      const unit = { commands, caller, channel: "email", raw: kept } as const;
      return executeWithFiles({ door, ...(attachments ? { attachments } : {}) }, unit, filesOf(parts, read.mail, message));
    },
    answer: async () => null,
  };
}

/** Somebody wants the mail carried out as it is: a file that is not taken stays in it. */
function filesOf({ site, attachments }: Parts, { files }: Mail, { about }: Again["message"]): readonly MailFile[] {
  const rules = { ...site().mailboxes.get(about.place)?.attachments, refused: "leave" } as const;
  const chosen = chooseFiles(files, rules, attachments?.limitBytes ?? 0);
  return chosen.ok ? chosen.files : [];
}

/** With a task given, text that says nothing else is an update of it. */
async function commandsOf(
  { parser, site }: Parts,
  mail: Mail,
  { message, caller, task }: Again,
): Promise<readonly MailCommand[]> {
  const { mailboxes, providers } = site();
  const mailbox = mailboxes.get(message.about.place);
  if (mailbox === undefined) throw new Failure("unknown_mailbox");
  if (caller.kind !== "provider") throw new Failure("forbidden");
  const { tagFormat, taskPatterns } = mailbox;
  const timeZone = providers.get(caller.provider)?.timeZone ?? "UTC";
  const found = await parser.recognise({ ...mail, answer: null }, { tagFormat, taskPatterns, timeZone });
  if (found.ok) return task === null ? found.commands : found.commands.map((command) => ({ ...command, task }));
  const text = mail.text.trim();
  if (task === null || text === "")
    throw new Failure("invalid_request", found.detail ?? `The mail says nothing to do: ${found.reason}.`);
  return [{ type: "update_message", task, message: text }];
}
