// Ticketing adds a text to a task: a note for the desk alone, or an update that goes to the provider.
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { deskTask, groupOf, internal, outgoing } from "./desk.ts";

export interface AddMessage {
  type: "add_message";
  task: string;
  text: string;
  visibility: "internal" | "provider";
}

export const addMessage: CommandSpec<AddMessage> = {
  callers: ["ticketing"],
  mostEvents: 1,
  writesFields: false,
  names: (command) => ({ task: { task: command.task } }),
  decide(command, context) {
    const task = deskTask({ task: command.task }, context);
    if (isRefusal(task)) return task;
    const text = trimmed(command.text);
    if (text === null) return refuse("message_required");
    const long = tooLong({ text });
    if (long) return long;
    if (command.visibility === "internal") {
      return [internal(task, "task.message", { message: { text, visibility: "internal" } })];
    }
    if (task.status === "closed") return refuse("task_closed");
    if (task.provider === null) return refuse("not_with_provider");
    const group = groupOf(task, context.world);
    return [outgoing({ task, group }, "task.message", "updateOut", { message: { text, visibility: "provider" } })];
  },
};
