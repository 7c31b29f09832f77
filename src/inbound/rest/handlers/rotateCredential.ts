// POST /v1/credentials/{credentialId}/rotations
import { byOf } from "../../visit.ts";
import { checkGiven } from "../grant.ts";
import { credentialJson, oneCredential } from "../json-credentials.ts";
import { givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

const DAY_MS = 24 * 60 * 60_000;

export const rotateCredential: Operation<"rotateCredential"> = {
  callers: ["administrator"],
  secret: true,
  async handle(call, { keys, interfaces }) {
    const { credentialId } = call.path;
    const { previousEndsAt } = call.json;
    checkGiven(call.visit, (await oneCredential(keys, credentialId)).limits?.scopes ?? null);
    // One that cannot be read as a time would end nothing, and bring ended keys back.
    const previousEndAt = givenTime("previousEndsAt", previousEndsAt).previousEndsAt ?? interfaces.clock() + DAY_MS;
    const { secret } = await keys.rotate(credentialId, { previousEndAt }, byOf(call.visit));
    return { status: 201, body: { credential: credentialJson(await oneCredential(keys, credentialId)), secret } };
  },
};
