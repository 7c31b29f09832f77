// GET /v1/messages/{messageId}/raw: the bytes, with headers under which no browser runs what is in them.
import { Failure } from "../../../core/errors.ts";
import { dispositionOf } from "../disposition.ts";
import type { Operation } from "../operation.ts";

export const getMessageRaw: Operation<"getMessageRaw"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { messages }) {
    const found = await messages.one(call.path.messageId);
    const bytes = found && found.raw !== "none" ? await messages.bytes(found) : null;
    if (found === null || bytes === null) throw new Failure("unknown_message");
    const headers = {
      // Partners' bytes are shown as nothing a browser would read.
      "content-type": "application/octet-stream",
      "content-disposition": dispositionOf(`${found.id}.txt`),
      "content-security-policy": "sandbox",
    };
    return { status: 200, headers, size: bytes.length, stream: once(bytes), task: found.task };
  },
};

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
