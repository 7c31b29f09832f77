// A file is added to a task: by the provider that has it, or by ticketing for that provider or for the desk alone. Its bytes were
// staged before; the event takes them over.
import { safeContentId, safeContentType, safeFileName } from "../attachment.ts";
import type { AttachmentFacts, TaskDraft } from "../events.ts";
import type { Refusal } from "../errors.ts";
import type { Task } from "../task.ts";
import { type CommandSpec, type Context, isRefusal, LIMITS, refuse } from "./command.ts";
import { deskTask, groupOf, internal, outgoing } from "./desk.ts";
import { incoming, placeFor, referenceChange } from "./provider.ts";

export interface AddAttachment {
  type: "add_attachment";
  task?: string | null;
  /** The provider's own number. */
  reference?: string | null;
  /** Id of the staged file. */
  attachment: string;
  name: string;
  contentType: string;
  size: number;
  /** Hex digits. */
  sha256: string;
  /** Who may see it. Only ticketing gives it, and must: what a provider sends is between it and the desk. */
  visibility?: "internal" | "provider";
  /** Of a picture that stands in the text of a mail: its content id there, empty for one without. */
  inlineId?: string;
}

export const addAttachment: CommandSpec<AddAttachment> = {
  callers: ["provider", "ticketing"],
  mostEvents: 1,
  writesFields: false,
  names: (command) => ({ task: command, attachment: command.attachment }),
  decide: (command, context) =>
    context.caller.kind === "provider" ? fromProvider(command, context) : fromDesk(command, context),
};

function fromProvider(command: AddAttachment, context: Context): TaskDraft[] | Refusal {
  const place = placeFor(command, context);
  if (isRefusal(place)) return place;
  const attachment = factsOf(command, place.task, context);
  if ("code" in attachment) return attachment;
  return [incoming(place, "task.attachment", "updateIn", { ...referenceChange(place, command.reference), attachment })];
}

function fromDesk(command: AddAttachment, context: Context): TaskDraft[] | Refusal {
  const task = deskTask({ task: command.task }, context);
  if (isRefusal(task)) return task;
  // No default: a field forgotten must neither send a file of the desk to a provider nor keep one from it.
  if (command.visibility === undefined) return refuse("invalid_request", "visibility: say internal or provider.");
  const attachment = factsOf(command, task, context);
  if ("code" in attachment) return attachment;
  if (command.visibility === "internal") return [internal(task, "task.attachment", { attachment })];
  if (task.status === "closed") return refuse("task_closed");
  if (task.provider === null) return refuse("not_with_provider");
  return [outgoing({ task, group: groupOf(task, context.world) }, "task.attachment", "updateOut", { attachment })];
}

/** What the event tells of the file, or why it cannot be taken: it must be whole, the caller's own, and in no event yet. */
function factsOf(command: AddAttachment, task: Task, { caller, world }: Context): AttachmentFacts | Refusal {
  const { attachment: id, name, contentType, size, sha256, inlineId } = command;
  const staged = world.stagedAttachment(id);
  const owner = caller.kind === "provider" ? caller.provider : null;
  if (staged?.provider !== owner || staged.size !== size || staged.sha256 !== sha256) return refuse("unknown_attachment");
  if (world.attachmentsOf(task.number) >= LIMITS.attachments)
    return refuse("too_many_attachments", `A task has at most ${LIMITS.attachments}.`);
  // A provider has no word in it: what it sends it may always see.
  const visibility = caller.kind === "provider" ? "provider" : (command.visibility ?? "internal");
  const facts = { id, name: safeFileName(name), contentType: safeContentType(contentType), size, sha256, visibility };
  return inlineId === undefined ? facts : { ...facts, inlineId: safeContentId(inlineId) };
}
