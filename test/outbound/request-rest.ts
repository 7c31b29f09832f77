// What tests of REST deliveries share: a transport, a partner that notes what arrives, and a look for secrets that got through.
import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { createAuth } from "../../src/outbound/auth/auth.ts";
import type { Transport, TryOutcome } from "../../src/outbound/ports.ts";
import { createRestTransport } from "../../src/outbound/transports/rest.ts";
import { httpPartner, makeRequester } from "./request-harness.ts";

export interface Arrived {
  line: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A transport that may call this machine. */
export function transportOf(t: TestContext): Transport {
  const requester = makeRequester(t);
  const auth = createAuth({ requester, clock: Date.now });
  t.after(() => auth.close());
  return createRestTransport({ requester, auth, clock: Date.now });
}

/** A partner that notes what arrives; `answer` says what to answer, 200 with nothing unless told. */
export async function noting(
  t: TestContext,
  answer: (response: ServerResponse, arrived: Arrived) => void = (response) => void response.end(),
) {
  const arrived: Arrived[] = [];
  const partner = await httpPartner(t, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      const one = { line: `${request.method} ${request.url}`, headers: request.headers, body };
      arrived.push(one);
      answer(response, one);
    });
  });
  return { ...partner, arrived };
}

/** Class and code of an outcome. */
export function brief({ class: kind, code }: TryOutcome): [string, string] {
  return [kind, code];
}

export const OTHER_SECRETS = /pass w|quo"te|quo\\"te|quo&quot;te|s3cret-path|MfKQ9r8/;

/** No secret stands in anything that is kept; what expressions read is not kept. */
export function assertMasked({ parsed: _read, ...kept }: TryOutcome): void {
  assert.doesNotMatch(JSON.stringify(kept), OTHER_SECRETS);
}
