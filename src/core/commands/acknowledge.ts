// The provider confirms that it has the task, with its own ticket number.
import type { TaskRef } from "../ports.ts";
import { referenceOf, statusAfter } from "../task.ts";
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { incoming, placeFor, referenceChange } from "./provider.ts";
import { updateMessage } from "./update-message.ts";

export interface Acknowledge extends TaskRef {
  type: "acknowledge";
  message?: string | null;
  /**
   * A plain answer by mail: it needs no reference, and to a task that is acknowledged already it is an update. Whoever answers
   * in their own words does not say which of the two it is.
   */
  bare?: boolean;
  /** More comes with it, such as files: a plain answer without a word then says nothing to a task that is acknowledged already. */
  beside?: boolean;
  /**
   * What the partner's System answered when the task was handed to it: its number counts although the task was closed or taken
   * back meanwhile, for the partner has to be told of that by this very number.
   */
  asked?: boolean;
}

export const acknowledge: CommandSpec<Acknowledge> = {
  callers: ["provider"],
  mostEvents: 1,
  writesFields: false,
  names: (command) => ({ task: command }),
  decide(command, context) {
    const text = trimmed(command.message);
    const long = tooLong({ text });
    if (long) return long;
    const place = placeFor(command, context, command.asked);
    if (isRefusal(place)) return place;
    const reference = trimmed(command.reference);
    const isSilent = command.bare && command.beside && text === null && reference === null;
    if (isSilent && place.task.status !== "assigned") return [];
    const isUpdate = command.bare && place.task.status !== "assigned" && (text !== null || reference === null);
    if (isUpdate) return updateMessage.decide({ ...command, type: "update_message" }, context);
    const known = referenceOf(place.task, place.provider);
    if (reference === null && known === null && !command.bare) return refuse("reference_required");
    const status = place.over ? place.task.status : statusAfter("acknowledge", place.task.status, true);
    return [
      incoming(place, "task.acknowledged", "acknowledged", {
        ...referenceChange(place, command.reference),
        ...(status === place.task.status ? {} : { status }),
        ...(text === null ? {} : { message: { text, visibility: "provider" } }),
      }),
    ];
  },
};
