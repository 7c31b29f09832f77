// GET /v1/tasks/{taskId}/attachments
import { Failure } from "../../../core/errors.ts";
import { readerOf } from "../execute.ts";
import { attachmentJson } from "../json.ts";
import type { Operation } from "../operation.ts";

export const listAttachments: Operation<"listAttachments"> = {
  callers: ["provider", "ticketing", "administrator"],
  async handle(call, { files }) {
    const task = call.path.taskId;
    const found = await files.list(task, readerOf(call.visit.caller));
    if (found === null) throw new Failure("unknown_task");
    return { status: 200, body: { attachments: found.map(attachmentJson) }, task };
  },
};
