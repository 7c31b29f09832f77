// Files of mails on their way to a task: which of them are taken, staged before the mail's unit is carried out, and let go of when it
// leads to nothing new.
import { Failure } from "../../core/errors.ts";
import { isTaken, safeContentType, safeFileName } from "../../core/attachment.ts";
import type { AddAttachment } from "../../core/commands/add-attachment.ts";
import type { Door, Outcome, Speaker, TaskRef, UnitInput } from "../../core/ports.ts";
import type { MailFilesDocument } from "../../store/site-mail-files.ts";
import type { Attachments, StagedFile } from "../attachments.ts";
import type { MailFile } from "./mail-files.ts";
import { isOnTask } from "./on-task.ts";
import type { MailCommand } from "./recognise.ts";

type Rules = Required<MailFilesDocument>;
const USUAL: Rules = { most: 20, mostBytes: 20_971_520, types: [], inlineImages: "take", refused: "aside" };

/** The files of a mail that are taken, or why the mail is set aside for one that is not. */
export type Chosen = { ok: true; files: MailFile[] } | { ok: false; reason: FileReason; detail: string };
export type FileReason = "too_many_files" | "file_too_large" | "file_type_refused";

/** A smaller picture in the text is the logo of a signature, or only there to be counted. */
const SMALLEST_IMAGE = 8 * 1024;

/** Pure. `limitBytes` is the most that the gateway takes of any file. Pictures in the text never keep a mail from being carried out. */
export function chooseFiles(files: readonly MailFile[], given: MailFilesDocument | undefined, limitBytes: number): Chosen {
  const rules = { ...USUAL, ...given };
  const mostBytes = Math.min(rules.mostBytes, limitBytes);
  const chosen: MailFile[] = [];
  let count = 0;
  for (const file of files) {
    const why = refusalOf(file, { ...rules, mostBytes }, count);
    if (why === null) {
      chosen.push(file);
      if (!file.inline) count++;
    } else if (!file.inline && rules.refused === "aside") return { ok: false, ...why };
  }
  return { ok: true, files: chosen };
}

function refusalOf(file: MailFile, rules: Rules, before: number): { reason: FileReason; detail: string } | null {
  const name = safeFileName(file.name);
  const size = file.content.length;
  if (file.inline && (rules.inlineImages === "leave" || size < SMALLEST_IMAGE || before >= rules.most))
    return { reason: "file_type_refused", detail: "Pictures in the text are not taken." };
  if (!file.inline && before >= rules.most)
    return { reason: "too_many_files", detail: `A mail may bring ${rules.most} files here.` };
  if (size > rules.mostBytes)
    return { reason: "file_too_large", detail: `${name} has ${size} bytes; ${rules.mostBytes} may come by mail.` };
  return isTaken({ name, contentType: safeContentType(file.contentType) }, rules.types)
    ? null
    : { reason: "file_type_refused", detail: `${name} is not of a kind that is taken: ${rules.types.join(", ")}.` };
}

/** Where files go; without it they stay in the mail. */
export type MailAttachments = Pick<Attachments, "stage" | "discard" | "limitBytes">;

interface Parts {
  door: Door;
  attachments?: MailAttachments;
}

/** A unit of a mail, and the files that belong to it. */
export interface MailUnit extends Omit<UnitInput, "commands" | "caller"> {
  caller: Speaker;
  commands: readonly MailCommand[];
}

/** Has a mail carried out with its files: all of it or nothing. Rejects with what staging or the door fails with. */
export async function executeWithFiles(
  { door, attachments }: Parts,
  unit: MailUnit,
  files: readonly MailFile[],
): Promise<Outcome> {
  const { caller } = unit;
  // Files belong to a task, and are its provider's: of another mail they stay in the mail that is kept.
  if (attachments === undefined || files.length === 0 || caller.kind !== "provider" || !unit.commands.some(isOnTask))
    return door.execute(unit);
  const staged: StagedFile[] = [];
  const discard = async (): Promise<void> => {
    for (const file of staged) await attachments.discard(caller, file);
  };
  try {
    for (const { name, contentType, content } of files)
      staged.push(await attachments.stage({ caller, name, contentType, source: [content] }));
    const outcome = await door.execute({ ...unit, commands: withFiles(unit.commands, staged) });
    if (outcome.status === "refused" || outcome.repeated) await discard();
    return outcome;
  } catch (error) {
    await discard();
    if (!(error instanceof Failure) || error.class !== "refused") throw error;
    // The gateway's own rule for files, which may be stricter than the mailbox's.
    return { status: "refused", index: 0, refusal: { code: error.code, ...(error.detail ? { detail: error.detail } : {}) } };
  }
}

/** Files come after what acknowledges the task, and before what gives it back: then it is not the sender's any more. */
function withFiles(commands: readonly MailCommand[], files: readonly StagedFile[]): (MailCommand | AddAttachment)[] {
  const end = commands.findIndex((command) => command.type === "reassignment");
  const at = end === -1 ? commands.length : end;
  const place: TaskRef = placeOf(commands);
  const adding = files.map(({ id, ...about }): AddAttachment => ({ type: "add_attachment", ...place, attachment: id, ...about }));
  return [...commands.slice(0, at), ...adding, ...commands.slice(at)];
}

function placeOf(commands: readonly MailCommand[]): TaskRef {
  const { task, reference }: TaskRef = commands.find(isOnTask) ?? {};
  return { ...(task === undefined ? {} : { task }), ...(reference === undefined ? {} : { reference }) };
}
