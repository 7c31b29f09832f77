// POST /v1/tasks/{taskId}/attachments: the bytes go into the store while they come.
import type { AddAttachment } from "../../../core/commands/add-attachment.ts";
import { Failure } from "../../../core/errors.ts";
import type { StagedFile } from "../../attachments.ts";
import { announcedDigests, digestText } from "../digest.ts";
import { nameIn } from "../disposition.ts";
import { holderOf } from "../duplicate-key.ts";
import { executeOnTask, readerOf } from "../execute.ts";
import { attachmentJson, attachmentPath } from "../json.ts";
import type { AnswerOf, CallOf, Operation, Services } from "../operation.ts";
import { Problem } from "../problem.ts";

type UploadCall = CallOf<"addAttachment">;

export const addAttachment: Operation<"addAttachment"> = {
  callers: ["provider", "ticketing"],
  streams: true,
  async handle(call, services) {
    const { upload, visit } = call;
    if (upload === null) throw new Error("an upload without a body");
    const place = placeOf(call);
    const name = nameIn(upload.disposition);
    if (name === null) throw new Failure("invalid_request", "header Content-Disposition: must give a filename.");
    const { contentType, source } = upload;
    const digests = announcedDigests(upload.digests);
    const { caller } = visit;
    const stage = () => services.attachments.stage({ caller, name, contentType, source });
    const file = await services.uploading(holderOf(caller), stage);
    if (digests.some((one) => one !== file.sha256)) {
      await services.attachments.discard(caller, file);
      throw new Problem("digest_mismatch", `What arrived has the digest ${digestText(file.sha256)}.`);
    }
    const answer = await take(call, { type: "add_attachment", ...place, ...factsOf(file) }, services).catch(async (error) => {
      await services.attachments.discard(visit.caller, file);
      throw error;
    });
    // Of a repeat the first copy is the one.
    if (answer.repeated) await services.attachments.discard(visit.caller, file);
    return answer;
  },
};

/** The file is part of what an Idempotency-Key stands for: by its digest, for its bytes are gone. */
async function take(call: UploadCall, command: AddAttachment, services: Services): Promise<AnswerOf<"addAttachment">> {
  const { name, contentType, sha256 } = command;
  const raw = Buffer.from(JSON.stringify([name, contentType, sha256]));
  const answer = await executeOnTask({ ...call, raw }, command, services);
  const files = await services.files.list(answer.task ?? "", readerOf(call.visit.caller));
  const made = files?.find((one) => one.event === answer.event) ?? null;
  const location = made && { location: attachmentPath(made.id) };
  const headers = { ...answer.headers, ...location };
  return { ...answer, headers, body: { ...answer.body, attachment: made && attachmentJson(made) } };
}

function factsOf({ id, name, contentType, size, sha256 }: StagedFile) {
  return { attachment: id, name, contentType, size, sha256 };
}

/** Which task, and what else the query says. The rules are those of messages. */
function placeOf({ path, query, visit }: UploadCall): Pick<AddAttachment, "task" | "reference" | "visibility"> {
  const { externalReference, visibility } = query as { externalReference?: string; visibility?: "internal" | "provider" };
  const task = path.taskId ?? "";
  if (visit.caller.kind === "provider") {
    if (visibility !== undefined) throw new Failure("invalid_request", "visibility: only ticketing may give it.");
    return { task, ...(externalReference === undefined ? {} : { reference: externalReference }) };
  }
  if (externalReference !== undefined) throw new Failure("invalid_request", "externalReference: only a provider may give it.");
  if (visibility === undefined) throw new Failure("invalid_request", "visibility: say internal or provider.");
  return { task, visibility };
}
