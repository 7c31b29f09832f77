// A text is added to a task: by ticketing a note for the desk alone or an update that goes to the provider; of a mail that nobody
// stands behind, and by an administrator, a note.
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { deskTask, groupOf, internal, outgoing } from "./desk.ts";

export interface AddMessage {
  type: "add_message";
  task: string;
  text: string;
  visibility: "internal" | "provider";
  /** Who wrote it, where that is not who gives the command: the sender of a mail. */
  author?: string | null;
}

export const addMessage: CommandSpec<AddMessage> = {
  callers: ["ticketing", "administrator", "mailbox"],
  mostEvents: 1,
  writesFields: false,
  names: (command) => ({ task: { task: command.task } }),
  decide(command, context) {
    const task = deskTask({ task: command.task }, context);
    if (isRefusal(task)) return task;
    const text = trimmed(command.text);
    if (text === null) return refuse("message_required");
    const long = tooLong({ text, requester: command.author });
    if (long) return long;
    if (command.visibility === "internal") {
      const by = command.author ? { author: command.author } : {};
      return [internal(task, "task.message", { message: { text, visibility: "internal", ...by } })];
    }
    // What anybody can write into a mail never goes on to a provider; what goes out is the desk's to say.
    if (context.caller.kind !== "ticketing") return refuse("forbidden");
    if (task.status === "closed") return refuse("task_closed");
    if (task.provider === null) return refuse("not_with_provider");
    const group = groupOf(task, context.world);
    return [outgoing({ task, group }, "task.message", "updateOut", { message: { text, visibility: "provider" } })];
  },
};
