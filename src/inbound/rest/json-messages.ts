// Kept messages as the contract writes them.
import { Failure } from "../../core/errors.ts";
import type { MessageView } from "../../store/views/message-rows.ts";
import { timeText } from "./json.ts";
import type { JsonAnswer, Services } from "./operation.ts";
import type { Schemas } from "./typed.ts";

/** A message, with every field of the contract's `Message`. */
export function messageJson(view: MessageView): Schemas["Message"] {
  const { id, kind, state, channel, operation, place, requestId, address, caller, task, named, event, code, detail, status } =
    view;
  const { sender, subject, bytes, raw, masked, handled, at } = view;
  return {
    ...{ id, kind, state, channel, operation, place, requestId, address, caller, task, named, event, code, detail, status },
    ...{ sender, subject, bytes, raw, masked },
    handled: handled && { by: handled.by, at: timeText(handled.at), comment: handled.comment },
    at: timeText(at),
  };
}

/** The message as it is now, with what was answered. Throws `unknown_message`. */
export async function messageAfter(
  id: string,
  { messages, desk }: Services,
): Promise<JsonAnswer<Schemas["MessageDetail"]> & { status: 200 }> {
  const found = await messages.one(id);
  if (found === null) throw new Failure("unknown_message");
  const answer = await desk.answerTo(found);
  const { method = null, contentType = null, soapAction = null } = found.about;
  const sent = { method, contentType, soapAction };
  return { status: 200, body: { message: messageJson(found), sent, answer }, task: found.task };
}
