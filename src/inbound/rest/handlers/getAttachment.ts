// GET /v1/attachments/{attachmentId}: the bytes, with headers under which no browser runs what is in them.
import { Failure } from "../../../core/errors.ts";
import { PIECE_BYTES } from "../../attachments.ts";
import { namesTag } from "../conditional.ts";
import { digestText } from "../digest.ts";
import { dispositionOf } from "../disposition.ts";
import { readerOf } from "../execute.ts";
import type { Operation } from "../operation.ts";
import { askedRange, bytesWithin } from "../range.ts";

export const getAttachment: Operation<"getAttachment"> = {
  callers: ["provider", "ticketing", "administrator"],
  async handle({ path, visit, method, headers: asked }, { files }) {
    const found = await files.one(path.attachmentId, readerOf(visit.caller));
    if (found === null) throw new Failure("unknown_attachment");
    const { id, name, contentType, size, sha256, task } = found.view;
    const etag = `"${sha256}"`;
    const kept = { etag, "cache-control": "private, no-cache" };
    if (namesTag(asked["if-none-match"], etag)) return { status: 304, headers: kept, task };
    const headers = {
      ...kept,
      "content-type": contentType,
      "content-disposition": dispositionOf(name),
      "accept-ranges": "bytes",
      // Of the whole file, also where a part of it is sent (RFC 9530 section 3).
      "repr-digest": digestText(sha256),
      // A partner's page opened by address gets no scripts, forms or origin of the gateway.
      "content-security-policy": "sandbox",
    };
    const ifRange = asked["if-range"];
    const isSame = ifRange === undefined || ifRange === etag;
    const range = method === "GET" && isSame ? askedRange(asked.range, size) : null;
    if (range === null) return { status: 200, headers, size, stream: files.bytes(id, found.pieces), task };
    const begin = Math.floor(range.first / PIECE_BYTES);
    const stream = bytesWithin(files.bytes(id, found.pieces, begin), range, begin * PIECE_BYTES);
    const contentRange = `bytes ${range.first}-${range.last}/${size}`;
    return {
      status: 206,
      headers: { ...headers, "content-range": contentRange },
      size: range.last - range.first + 1,
      stream,
      task,
    };
  },
};
