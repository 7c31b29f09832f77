// GET /v1/attachments/{attachmentId}: the bytes, with headers under which no browser runs what is in them.
import { Failure } from "../../../core/errors.ts";
import { dispositionOf } from "../disposition.ts";
import { readerOf } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const getAttachment: Operation<"getAttachment"> = {
  callers: ["provider", "ticketing", "administrator"],
  async handle(call, { files }) {
    const found = await files.one(call.path.attachmentId, readerOf(call.visit.caller));
    if (found === null) throw new Failure("unknown_attachment");
    const { id, name, contentType, size, sha256, task } = found.view;
    const headers = {
      "content-type": contentType,
      "content-disposition": dispositionOf(name),
      etag: `"${sha256}"`,
      // A partner's page opened by address gets no scripts, forms or origin of the gateway.
      "content-security-policy": "sandbox",
    };
    return { status: 200, headers, size, stream: files.bytes(id, found.pieces), task };
  },
};
