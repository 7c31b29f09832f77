// What a mail means here, before anything is decided or written: read, believed, recognised.
import type { Speaker, TaskRef } from "../../core/ports.ts";
import { systemClock } from "../../lib/clock.ts";
import type { Mailbox } from "../../store/site.ts";
import { findAnswer } from "./answer.ts";
import { type Chosen, chooseFiles } from "./attach.ts";
import { credentialsInForce } from "./effects.ts";
import { canStandAlone } from "./lone-files.ts";
import type { MailFile } from "./mail-files.ts";
import { isOnTask } from "./on-task.ts";
import type { Recognition } from "./parse.ts";
import type { Mail } from "./read-mail.ts";
import type { ReceiverParts } from "./receive.ts";
import { type MailCommand, tagRulesOf } from "./recognise.ts";
import type { Rejected } from "./set-aside.ts";
import { actorOf, type Standing, standingOf } from "./standing.ts";

/** A mail understood, or why it cannot be applied. */
export type Prepared = Understood | (Rejected & { mail: Mail | null });

/** `doubt` is why the mail is set aside should its words be refused. */
export interface Understood {
  mail: Mail;
  caller: Speaker;
  commands: readonly MailCommand[];
  files: readonly MailFile[];
  doubt?: Rejected | null;
  /** Its sender is one of the many whom nobody knows. */
  isAnybodys?: boolean;
}

/** Reads, believes and recognises a mail. */
export async function understand(parts: ReceiverParts, mailbox: Mailbox, raw: Buffer): Promise<Prepared> {
  const read = await parts.parser.read(raw);
  if (!read.ok) return { reason: read.reason, detail: read.detail, mail: null };
  const { mail } = read;
  if (mail.kind === "bounce") return { reason: "bounce", detail: null, mail };
  const site = parts.site();
  const now = (parts.clock ?? systemClock)();
  const credentials = credentialsInForce(site, now);
  const finding = findAnswer(mail, { keys: parts.replyKeys ?? [], credentials, rules: tagRulesOf(mailbox) });
  if (finding.kind === "refused") return { reason: finding.reason, detail: finding.detail, mail };
  const answer = finding.kind === "answer" ? finding.answer : null;
  const findPerson = parts.findPerson ?? (async () => null);
  const standing = await standingOf({ mail, mailbox, credentials, answer, findPerson });
  if ("reason" in standing) return { ...standing, mail };
  const timeZone = site.providers.get(standing.caller?.provider ?? "")?.timeZone ?? "UTC";
  const told = answer && { task: answer.claim.task, blocks: answer.blocks, direct: answer.direct };
  const chosen = chooseFiles(mail.files, mailbox.attachments, parts.attachments);
  const said = { ...mail, hasFiles: !chosen.ok || canStandAlone(chosen.files), answer: told, sender: standing.sender };
  const found = await parts.parser.recognise(said, { ...mailbox, timeZone });
  return found.ok
    ? understoodAs(mailbox, mail, chosen, { standing, commands: found.commands })
    : notUnderstood(standing, found, mail);
}

interface Said {
  standing: Standing;
  commands: readonly MailCommand[];
}

/** Files go to tasks alone, and with a provider's word: those of another mail stay in the mail that is kept. */
function understoodAs(mailbox: Mailbox, mail: Mail, chosen: Chosen, { standing, commands }: Said): Prepared {
  const caller = actorOf(standing.caller, mailbox.name, commands);
  const doubt = isNoter(standing) ? { doubt: standing.doubt } : standing.sender.isAnybody ? { isAnybodys: true } : {};
  if (caller.kind !== "provider" || !commands.some(isOnTask)) return { mail, commands, caller, files: [], ...doubt };
  if (!chosen.ok) return { reason: chosen.reason, detail: chosen.detail, mail, caller, named: namedBy(commands) };
  return { mail, commands, caller, files: chosen.files };
}

/** What nobody stands behind and names nothing is set aside for the first of both. */
function notUnderstood(standing: Standing, { reason, detail }: Failed, mail: Mail): Prepared {
  if (isNoter(standing) && standing.doubt) return { ...standing.doubt, mail };
  return { reason, detail, mail, ...(standing.caller ? { caller: standing.caller } : {}) };
}

type Failed = Extract<Recognition, { ok: false }>;

const isNoter = ({ sender }: Standing): boolean => sender.power === "noter";

/** The task that commands name. */
export function namedBy(commands: readonly MailCommand[]): TaskRef {
  const { task = null, reference = null } = commands.find(isOnTask) ?? {};
  return { task, reference };
}
