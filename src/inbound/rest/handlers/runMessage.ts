// POST /v1/messages/{messageId}/runs: what was refused or set aside is run again in its sender's name, as it is or corrected.
import { Failure } from "../../../core/errors.ts";
import type { Caller } from "../../../core/ports.ts";
import { byOf } from "../../visit.ts";
import { messageAfter } from "../json-messages.ts";
import type { Reading } from "../../kept/again.ts";
import type { CallOf, Operation, Services } from "../operation.ts";

export const runMessage: Operation<"runMessage"> = {
  callers: ["administrator"],
  limitBytes: 25 * 1024 * 1024,
  async handle(call, services) {
    const { body, task, comment = null } = call.json;
    const id = call.path.messageId;
    const caller = callerOf(call, services);
    const reading = readingOf(call.json);
    const given = {
      ...(body === undefined ? {} : { body }),
      ...(task === undefined ? {} : { task }),
      ...(caller === null ? {} : { caller }),
      ...(reading === null ? {} : { reading }),
    };
    const { outcome, code, detail } = await services.desk.run(id, { ...given, comment }, byOf(call.visit));
    const after = await messageAfter(id, services);
    return { ...after, body: { outcome, code, detail, message: after.body.message } };
  },
};

/** Only what somebody asked for is checked against the kind of message. */
function readingOf({ as, text, tags }: CallOf<"runMessage">["json"]): Partial<Reading> | null {
  if (tags !== undefined && (as === "message" || as === "internal"))
    throw new Failure("invalid_request", "tags: not for words alone, which have none.");
  const isAsIs = (as === undefined || as === "commands") && text === undefined && tags === undefined;
  return isAsIs ? null : { as: as ?? "commands", text: text ?? null, tags: tags ?? null };
}

/** Who is said to stand behind it. A note of the desk, or a ticket, is of who runs it, whoever the mail is from. */
function callerOf(call: CallOf<"runMessage">, services: Services): Caller | null {
  const { provider, as } = call.json;
  if (as !== "internal" && as !== "ticket") return provider === undefined ? null : providerCaller(provider, services);
  if (provider !== undefined) throw new Failure("invalid_request", "provider: a note or a ticket of the desk is nobody else's.");
  return call.visit.caller;
}

/** Its events stand in the name of the provider's first credential. */
function providerCaller(provider: string, { site }: Services): Caller {
  for (const { id, holder } of site().credentials.values())
    if (holder.kind === "provider" && holder.provider === provider) return { kind: "provider", provider, credential: id };
  throw new Failure("invalid_request", "provider: there is none of this name that has a credential.");
}
