// POST /v1/tasks/{taskId}/messages: in from a provider, out from ticketing.
import type { Command } from "../../../core/commands/registry.ts";
import { Failure } from "../../../core/errors.ts";
import { executeOnTask } from "../execute.ts";
import type { CallOf, Operation } from "../operation.ts";

export const addMessage: Operation<"addMessage"> = {
  callers: ["provider", "ticketing"],
  handle: async (call, services) => executeOnTask(call, commandOf(call), services),
};

function commandOf(call: CallOf<"addMessage">): Command {
  const { message, externalReference, visibility } = call.json;
  const task = call.path.taskId;
  if (call.visit.caller.kind === "provider") {
    if (visibility !== undefined) throw new Failure("invalid_request", "visibility: only ticketing may give it.");
    return { type: "update_message", task, reference: externalReference, message };
  }
  if (externalReference !== undefined) throw new Failure("invalid_request", "externalReference: only a provider may give it.");
  // No default: a field forgotten must neither send a note for the desk to a provider nor keep an answer from it.
  if (visibility === undefined) throw new Failure("invalid_request", "visibility: say internal or provider.");
  return { type: "add_message", task, text: message, visibility };
}
