// The provider adds a text to the task.
import type { TaskRef } from "../ports.ts";
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { incoming, placeFor, referenceChange } from "./provider.ts";

export interface UpdateMessage extends TaskRef {
  type: "update_message";
  message?: string | null;
}

export const updateMessage: CommandSpec<UpdateMessage> = {
  callers: ["provider"],
  mostEvents: 1,
  writesFields: false,
  names: (command) => ({ task: command }),
  decide(command, context) {
    const place = placeFor(command, context);
    if (isRefusal(place)) return place;
    const text = trimmed(command.message);
    if (text === null) return refuse("message_required");
    const long = tooLong({ text });
    if (long) return long;
    return [
      incoming(place, "task.message", "updateIn", {
        ...referenceChange(place, command.reference),
        message: { text, visibility: "provider" },
      }),
    ];
  },
};
