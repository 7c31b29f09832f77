// POST /v1/tasks/{taskId}/reassignment
import { Failure } from "../../../core/errors.ts";
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const reassignTask: Operation<"reassignTask"> = {
  callers: ["provider"],
  async handle(call, services) {
    const { outcome, solution, reason, resolvedAt, externalReference } = call.json;
    const command = {
      type: "reassignment",
      task: call.path.taskId,
      reference: externalReference,
      outcome,
      solution,
      reason,
      resolvedAt: milliseconds(resolvedAt),
    } as const;
    return executeOnTask(call, command, services);
  },
};

/** The time in milliseconds. RFC 3339 knows leap seconds and years that no clock here has. */
function milliseconds(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const time = Date.parse(text);
  if (!(time >= 0)) throw new Failure("invalid_request", "resolvedAt: is not a time that can be stored.");
  return time;
}
