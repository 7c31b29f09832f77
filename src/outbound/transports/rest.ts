// Sends parcels to REST APIs and webhooks. The id of the delivery goes with every try, so a repeat is one the partner can know;
// what is kept of request and answer has no secret in it.
import { Failure } from "../../core/errors.ts";
import type { Clock } from "../../lib/clock.ts";
import type { RestApi } from "../../store/outgoing.ts";
import type { Authenticator, AuthContext } from "../auth/auth.ts";
import { type ClassifyRules, classify, readStatuses, type Verdict } from "../classify.ts";
import type { Parcel, Transport, TryOutcome } from "../ports.ts";
import type { Exchange, HttpCall, Requester } from "../request.ts";
import { type Body, writeBody } from "../request-body.ts";
import { checkHeaderName, type Filled, fillHeaders, fillUrl } from "../request-fill.ts";
import { answerText, READ_BYTES, readBody, readsFields } from "../request-read.ts";
import { cutText, keptAnswer, keptText, SHOWN_BYTES, showMessage } from "../request-show.ts";
import { createMasks, type Mask } from "../secrets-mask.ts";

export interface RestTransportOptions {
  requester: Requester;
  auth: Authenticator;
  clock: Clock;
}

/** A request ready but for its authentication. */
interface Draft {
  api: RestApi;
  url: Filled;
  headers: Map<string, { name: string } & Filled>;
  body: Body | null;
  success: ClassifyRules["success"];
}

/** Makes the transport. It does not close `requester` and `auth`, which others use too. */
export function createRestTransport({ requester, auth, clock }: RestTransportOptions): Transport {
  const masks = createMasks();
  const attempt = async (parcel: Parcel, draft: Draft, signal: AbortSignal): Promise<TryOutcome> => {
    const started = clock();
    const context = contextOf(parcel, draft, signal);
    for (let round = 1; ; round += 1) {
      const given = await auth.headers(draft.api.auth, context);
      const shown = requestText(parcel, draft, auth);
      if ("failed" in given) return outcomeOf(given.failed, shown, parcel.secrets.mask, clock() - started);
      const made = masks(given.hidden);
      const mask: Mask = (text) => parcel.secrets.mask(made(text));
      const left = Math.max(1, context.timeoutMs - (clock() - started));
      const { answer: read } = draft.api;
      const answerNeeded = read.reference !== null || read.update !== null;
      const bounds = { timeoutMs: left, answerBytes: answerNeeded ? READ_BYTES : SHOWN_BYTES, signal };
      const exchange = await requester.send({ ...callOf(draft, given.headers), ...bounds });
      // Whoever answers 401 has not taken the request, so it may go once more with what the authentication has anew.
      if (exchange.answer?.status === 401 && round === 1 && auth.renew(draft.api.auth, context, given.headers)) continue;
      const verdict = classify(exchange, { success: draft.success, repeatable: true, answerNeeded, now: clock() });
      const { why, ...answer } = readExchange(exchange, mask);
      const isOther = why !== null && verdict.class === "done" && readsFields(read);
      const told = isOther ? { ...verdict, detail: `An answer in JSON was expected; ${why}.` } : verdict;
      return { ...outcomeOf(told, shown, mask, clock() - started), ...answer };
    }
  };

  return {
    async send(parcel, signal) {
      try {
        return await attempt(parcel, draftOf(parcel), signal);
      } catch (error) {
        const code = error instanceof Failure ? error.code : "internal";
        const detail = error instanceof Failure ? error.message : "The request could not be made.";
        return outcomeOf({ class: "permanent", code, detail, retryAfterMs: null }, "", parcel.secrets.mask, 0);
      }
    },
    show: async (parcel) => requestText(parcel, draftOf(parcel), auth),
    close: async () => undefined,
  };
}

function draftOf(parcel: Parcel): Draft {
  const { api, delivery } = parcel;
  if (api.kind !== "rest") throw new Failure("invalid_request", "This API definition is not of the kind rest.");
  const url = fillUrl(api.url, parcel);
  const headers = fillHeaders(api.headers, parcel);
  const body = writeBody(api.body, parcel);
  if (api.auth.kind === "apiKey") checkHeaderName(api.auth.header);
  const own = (name: string, value: string) => headers.set(name.toLowerCase(), { name, real: value, shown: value });
  if (body !== null && !headers.has("content-type")) own("Content-Type", body.contentType);
  own("User-Agent", "Crossdesk");
  own("webhook-id", delivery.key);
  // The same id under the name APIs know repeats by: another gateway of this kind gives its first answer again.
  own("Idempotency-Key", delivery.key);
  return { api, url, headers, body, success: readStatuses(api.success) };
}

function contextOf({ system, delivery }: Parcel, { body }: Draft, signal: AbortSignal): AuthContext {
  const bytes = body?.real ?? Buffer.alloc(0);
  return { system, key: delivery.key, body: bytes, timeoutMs: system.delivery.timeoutMs, signal };
}

/** The call without its limits of time. Headers of the authentication take the place of any of the same name. */
function callOf({ api, url, headers, body }: Draft, added: Readonly<Record<string, string>>): Omit<HttpCall, "timeoutMs"> {
  const all = new Map([...headers].map(([key, { name, real }]) => [key, [name, real] as const]));
  for (const [name, value] of Object.entries(added)) all.set(name.toLowerCase(), [name, value]);
  return { method: api.method, url: url.real, headers: Object.fromEntries(all.values()), body: body?.real ?? null };
}

function requestText(parcel: Parcel, { api, url, headers, body }: Draft, auth: Authenticator): string {
  const all = new Map([...headers].map(([key, { name, shown }]) => [key, [name, shown] as const]));
  for (const [name, value] of Object.entries(auth.shown(api.auth))) all.set(name.toLowerCase(), [name, value]);
  const text = showMessage(`${api.method} ${url.shown}`, all.values(), body?.shown ?? "");
  return keptText(text, parcel.secrets.mask);
}

function outcomeOf(verdict: Verdict, request: string, mask: Mask, ms: number): TryOutcome {
  const detail = verdict.detail === null ? null : cutText(mask(verdict.detail));
  return { ...verdict, detail, request, answer: null, parsed: null, ms };
}

/** The answer as it is kept, and as it is read; `why` tells why its body is no JSON. */
function readExchange({ answer }: Exchange, mask: Mask): Pick<TryOutcome, "answer" | "parsed"> & { why: string | null } {
  if (answer === null) return { answer: null, parsed: null, why: null };
  const text = answerText(answer);
  const { body, why } = readBody(answer, text);
  const { status, headers } = answer;
  return { answer: keptAnswer(answer, text, mask), parsed: { status, headers, body }, why };
}
