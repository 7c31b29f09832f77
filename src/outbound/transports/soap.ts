// Sends parcels as SOAP calls: the operation of a WSDL, an envelope of 1.1 or 1.2, one bounded HTTP call, and what the answer
// means. Never repeats a call that may have been carried out, and keeps no secret in what it tells.
import { Failure } from "../../core/errors.ts";
import type { Clock } from "../../lib/clock.ts";
import type { SoapApi } from "../../store/outgoing.ts";
import type { AuthContext, Authenticator } from "../auth/auth.ts";
import { secretOf } from "../auth/secret.ts";
import { NONCE_BYTES, passwordDigest, type UsernameToken } from "../auth/wsse.ts";
import type { Verdict } from "../classify.ts";
import type { Parcel, Transport, TryOutcome } from "../ports.ts";
import type { HttpCall, Requester } from "../request.ts";
import type { HttpAnswer } from "../request-answer.ts";
import { checkHeaderName, type Filled, fillHeaders, fillUrl } from "../request-fill.ts";
import { cutText, keptAnswer, keptText, SHOWN_BYTES, showMessage } from "../request-show.ts";
import { createMasks, HIDDEN, type Mask } from "../secrets-mask.ts";
import { envelopeHeaders, type Letter, writeEnvelope } from "./soap-envelope.ts";
import { answerText } from "./soap-text.ts";
import { judge, type SoapVerdict } from "./soap-verdict.ts";
import { openWsdlFolder, type WsdlFolder } from "./soap-wsdl.ts";

export interface SoapTransportOptions {
  /** The folder with the WSDL files and what they import. */
  folder: string;
  requester: Requester;
  auth: Authenticator;
  clock: Clock;
  /** Draws so many random bytes. */
  random(bytes: number): Uint8Array;
}

/** A request ready but for its authentication over HTTP. */
interface Draft {
  api: SoapApi;
  oneWay: boolean;
  url: Filled;
  headers: Map<string, { name: string } & Filled>;
  body: Buffer;
  shown: string;
  /** What the envelope shows of a secret without being one of the System's. */
  hidden: readonly string[];
}

const MOST_BYTES = 10 * 1024 * 1024;
/** Characters of what went wrong; a fault's words may be as long as its answer. */
const MOST_DETAIL = 2_000;

/**
 * Makes the transport. It does not close `requester` and `auth`, which others use too. A call is repeated only after a 401 with
 * an authentication that can have something new to show, as then nothing was carried out.
 */
export function createSoapTransport(options: SoapTransportOptions): Transport {
  const { requester, auth, clock } = options;
  const masks = createMasks();
  const folder = openWsdlFolder(options.folder);
  const make = (parcel: Parcel): Promise<Draft> => draftOf(parcel, folder, options);

  const attempt = async (parcel: Parcel, draft: Draft, signal: AbortSignal): Promise<TryOutcome> => {
    const started = clock();
    const context = contextOf(parcel, draft, signal);
    for (let round = 1; ; round += 1) {
      const given = await auth.headers(draft.api.auth, context);
      const shown = requestText(parcel, draft, auth);
      if ("failed" in given) return outcomeOf(given.failed, shown, parcel.secrets.mask, clock() - started);
      const made = masks([...given.hidden, ...draft.hidden]);
      const mask: Mask = (text) => parcel.secrets.mask(made(text));
      const left = Math.max(1, context.timeoutMs - (clock() - started));
      const exchange = await requester.send({
        ...callOf(draft, given.headers),
        timeoutMs: left,
        answerBytes: SHOWN_BYTES,
        signal,
      });
      if (exchange.answer?.status === 401 && round === 1 && auth.renew(draft.api.auth, context, given.headers)) continue;
      const verdict = judge(exchange, { oneWay: draft.oneWay, now: clock() });
      const outcome = outcomeOf(verdict, shown, mask, clock() - started);
      return { ...outcome, ...readAnswer(exchange.answer, verdict, mask), ...leftBehind(parcel, verdict) };
    }
  };

  return {
    async send(parcel, signal) {
      try {
        return await attempt(parcel, await make(parcel), signal);
      } catch (error) {
        const code = error instanceof Failure ? error.code : "internal";
        const detail = error instanceof Failure ? error.message : "The request could not be made.";
        return outcomeOf({ class: "permanent", code, detail, retryAfterMs: null }, "", parcel.secrets.mask, 0);
      }
    },
    show: async (parcel) => requestText(parcel, await make(parcel), auth),
    close: async () => undefined,
  };
}

async function draftOf(parcel: Parcel, folder: WsdlFolder, { clock, random }: SoapTransportOptions): Promise<Draft> {
  const { api, delivery, value, secrets } = parcel;
  if (api.kind !== "soap") throw new Failure("invalid_request", "This API definition is not of the kind soap.");
  const operation = await folder.operation(api.wsdl, api.operation);
  const address = api.url ?? operation.addresses[api.version] ?? operation.addresses.any;
  if (address === undefined) throw new Failure("invalid_request", `${api.wsdl} has no address: give one in the API definition.`);
  const token = tokenOf(api, parcel, clock(), random);
  const letter: Letter = { operation, version: api.version, value, key: delivery.key, token };
  const body = Buffer.from(writeEnvelope(letter, { fill: (text) => secrets.fill(text), password: null }));
  if (body.length > MOST_BYTES) throw new Failure("invalid_request", `The envelope has more than ${MOST_BYTES} bytes.`);
  return {
    api,
    oneWay: operation.oneWay,
    // An address of the WSDL is a fixed text: what looks like a place-holder in it is none.
    url: api.url === null ? { real: address, shown: address } : fillUrl(address, parcel),
    headers: headersOf(parcel, api, letter),
    body,
    // Its markers are masked with the rest of the request.
    shown: writeEnvelope(letter, { fill: (text) => text, password: HIDDEN }),
    hidden: token?.digest ? [passwordDigest(token.nonce, new Date(token.at).toISOString(), token.password)] : [],
  };
}

function tokenOf(
  { auth }: SoapApi,
  { system }: Parcel,
  at: number,
  random: SoapTransportOptions["random"],
): UsernameToken | null {
  if (auth.kind !== "wsse") return null;
  const password = secretOf(system, auth.password);
  if (password === undefined) throw new Failure("invalid_request", `The System has no secret named ${auth.password}.`);
  return { user: auth.user, password, digest: auth.digest, nonce: random(NONCE_BYTES), at };
}

/** What the operator sets takes the place of ours: some old servers want an action without quotes, or another content type. */
function headersOf(parcel: Parcel, api: SoapApi, letter: Letter): Draft["headers"] {
  if (api.auth.kind === "apiKey") checkHeaderName(api.auth.header);
  const standing = { "User-Agent": "Crossdesk", Accept: "text/xml, application/soap+xml, multipart/related" };
  const ours = Object.entries({ ...standing, ...envelopeHeaders(letter) });
  const all = new Map(ours.map(([name, value]) => [name.toLowerCase(), { name, real: value, shown: value }]));
  for (const [key, header] of fillHeaders(api.headers, parcel)) all.set(key, header);
  return all;
}

function contextOf({ system, delivery }: Parcel, { body }: Draft, signal: AbortSignal): AuthContext {
  return { system, key: delivery.key, body, timeoutMs: system.delivery.timeoutMs, signal };
}

function callOf({ url, headers, body }: Draft, added: Readonly<Record<string, string>>): Omit<HttpCall, "timeoutMs"> {
  const all = new Map([...headers].map(([key, { name, real }]) => [key, [name, real] as const]));
  for (const [name, value] of Object.entries(added)) all.set(name.toLowerCase(), [name, value]);
  return { method: "POST", url: url.real, headers: Object.fromEntries(all.values()), body };
}

function requestText(parcel: Parcel, { api, url, headers, shown }: Draft, auth: Authenticator): string {
  const all = new Map([...headers].map(([key, header]) => [key, [header.name, header.shown] as const]));
  for (const [name, value] of Object.entries(auth.shown(api.auth))) all.set(name.toLowerCase(), [name, value]);
  return keptText(showMessage(`POST ${url.shown}`, all.values(), shown), parcel.secrets.mask);
}

function outcomeOf(verdict: Verdict, request: string, mask: Mask, ms: number): TryOutcome {
  const { class: kind, code, retryAfterMs } = verdict;
  // Masked first: where a text was cut, half a secret may stand.
  const detail = verdict.detail === null ? null : mask(verdict.detail).slice(0, MOST_DETAIL).toWellFormed();
  return { class: kind, code, detail, retryAfterMs, request, answer: null, parsed: null, ms };
}

function readAnswer(answer: HttpAnswer | null, { body }: SoapVerdict, mask: Mask): Pick<TryOutcome, "answer" | "parsed"> {
  if (answer === null) return { answer: null, parsed: null };
  const { status, headers } = answer;
  const text = answerText(answer.body, headers["content-type"] ?? "");
  return { answer: keptAnswer(answer, text, mask), parsed: { status, headers, body } };
}

/** A SOAP call carries no files; that they stayed behind is said. */
function leftBehind({ attachments }: Parcel, { class: kind }: SoapVerdict): { detail?: string } {
  const names = attachments.map(({ fileName }) => fileName.slice(0, 100));
  if (kind !== "done" || names.length === 0) return {};
  return { detail: cutText(`Files that did not go, as a SOAP call carries none: ${names.join(", ")}.`) };
}
