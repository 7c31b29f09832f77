// POST /v1/messages/{messageId}/runs: what was refused or set aside is run again in its sender's name, as it is or corrected.
import { Failure } from "../../../core/errors.ts";
import type { Caller } from "../../../core/ports.ts";
import { byOf } from "../../visit.ts";
import { messageAfter } from "../json-messages.ts";
import type { Operation, Services } from "../operation.ts";

export const runMessage: Operation<"runMessage"> = {
  callers: ["administrator"],
  limitBytes: 25 * 1024 * 1024,
  async handle(call, services) {
    const { body, task, provider, comment = null } = call.json;
    const id = call.path.messageId;
    const given = {
      ...(body === undefined ? {} : { body }),
      ...(task === undefined ? {} : { task }),
      ...(provider === undefined ? {} : { caller: providerCaller(provider, services) }),
    };
    const { outcome, code, detail } = await services.desk.run(id, { ...given, comment }, byOf(call.visit));
    const after = await messageAfter(id, services);
    return { ...after, body: { outcome, code, detail, message: after.body.message } };
  },
};

/** Its events stand in the name of the provider's first credential. */
function providerCaller(provider: string, { site }: Services): Caller {
  for (const { id, holder } of site().credentials.values())
    if (holder.kind === "provider" && holder.provider === provider) return { kind: "provider", provider, credential: id };
  throw new Failure("invalid_request", "provider: there is none of this name that has a credential.");
}
