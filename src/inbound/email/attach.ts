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

/** What the gateway takes of any file, whichever way it comes. */
export type GatewayRules = Pick<Attachments, "limitBytes" | "taken">;

/** Pure. Pictures in the text never keep a mail from being carried out. A gateway without a place for files leaves them in their mails. */
export function chooseFiles(files: readonly MailFile[], given: MailFilesDocument | undefined, gateway?: GatewayRules): Chosen {
  if (gateway === undefined) return { ok: true, files: [] };
  const rules = { ...USUAL, ...given, taken: gateway.taken };
  const mostBytes = Math.min(rules.mostBytes, gateway.limitBytes);
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

function refusalOf(
  file: MailFile,
  rules: Rules & { taken: readonly string[] },
  before: number,
): { reason: FileReason; detail: string } | null {
  const name = safeFileName(file.name);
  const size = file.content.length;
  if (file.inline && (rules.inlineImages === "leave" || size < SMALLEST_IMAGE || before >= rules.most))
    return { reason: "file_type_refused", detail: "Pictures in the text are not taken." };
  if (!file.inline && before >= rules.most)
    return { reason: "too_many_files", detail: `A mail may bring ${rules.most} files here.` };
  if (size > rules.mostBytes)
    return { reason: "file_too_large", detail: `${name} has ${size} bytes; ${rules.mostBytes} may come by mail.` };
  const about = { name, contentType: safeContentType(file.contentType) };
  const broken = [rules.types, rules.taken].find((kinds) => !isTaken(about, kinds));
  return broken === undefined
    ? null
    : { reason: "file_type_refused", detail: `${name} is not of a kind that is taken: ${broken.join(", ")}.` };
}

/** Where files go; without it they stay in the mail. */
export type MailAttachments = Pick<Attachments, "stage" | "discard" | "limitBytes" | "taken">;

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
  const said = { ...unit, commands: withFiles(unit.commands, []) };
  // Files belong to a task, and are its provider's: of another mail they stay in the mail that is kept.
  if (attachments === undefined || files.length === 0 || caller.kind !== "provider" || !unit.commands.some(isOnTask))
    return door.execute(said);
  const staged: StagedMailFile[] = [];
  const discard = async (): Promise<void> => {
    for (const file of staged) await attachments.discard(caller, file);
  };
  try {
    for (const { name, contentType, content, inline, contentId } of files) {
      const file = await attachments.stage({ caller, name, contentType, source: [content] });
      staged.push(inline ? { ...file, inlineId: contentId } : file);
    }
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

/** With the content id of a picture that stands in the text. */
type StagedMailFile = StagedFile & { inlineId?: string };

/** Who sends files alone says nothing beside: they stand for it. */
type SaidCommand = Exclude<MailCommand, { type: "add_files" }>;

/** Files come after what acknowledges the task, and before what gives it back: then it is not the sender's any more. */
function withFiles(all: readonly MailCommand[], files: readonly StagedMailFile[]): (SaidCommand | AddAttachment)[] {
  const commands = all.filter((command): command is SaidCommand => command.type !== "add_files");
  const end = commands.findIndex((command) => command.type === "reassignment");
  const at = end === -1 ? commands.length : end;
  const place: TaskRef = placeOf(all);
  const adding = files.map(({ id, ...about }): AddAttachment => ({ type: "add_attachment", ...place, attachment: id, ...about }));
  return [...commands.slice(0, at), ...adding, ...commands.slice(at)];
}

function placeOf(commands: readonly MailCommand[]): TaskRef {
  const { task, reference }: TaskRef = commands.find(isOnTask) ?? {};
  return { ...(task === undefined ? {} : { task }), ...(reference === undefined ? {} : { reference }) };
}
