// A parcel as it may be sent to another address for a test: marked, without a single secret, and without what ties an answer to
// its task. Pure.
import { Failure } from "../core/errors.ts";
import type { System } from "../store/outgoing.ts";
import type { Parcel } from "./ports.ts";

/** Where a test goes instead. */
export type SendTo = { url: string } | { email: string };

const TEST_HEADER = { "X-Crossdesk-Test": "true" };
const SUBJECT_MARK = "[Test]";
const HIDDEN = "***";

/**
 * The parcel addressed anew. Whoever may set up a test address must not learn the partner's secrets by it: the authentication is
 * left out, and every secret is a mask. Throws `invalid_request` when the address is of another kind than the API definition.
 */
export function addressed(parcel: Parcel, to: SendTo): Parcel {
  const { api, secrets } = parcel;
  const safe = { ...parcel, secrets: { ...secrets, fill: secrets.mask } };
  if (api.kind === "email") return mailTo(safe, to);
  if (!("url" in to)) throw new Failure("invalid_request", "sendTo: the mapping calls an API, so the test needs a url.");
  const headers = { ...api.headers, ...TEST_HEADER };
  const answer = { reference: null, update: null };
  const elsewhere = { auth: { kind: "none" }, url: to.url, headers, answer } as const;
  const system: System = { ...parcel.system, secrets: masked(parcel.system.secrets) };
  return { ...safe, system, api: api.kind === "rest" ? { ...api, ...elsewhere } : { ...api, ...elsewhere } };
}

/** The mail server is the System's own, so its login stays. Without a provider the mail carries no token to answer with. */
function mailTo(parcel: Parcel, to: SendTo): Parcel {
  const { api, system } = parcel;
  if (api.kind !== "email" || !("email" in to))
    throw new Failure("invalid_request", "sendTo: the mapping writes a mail, so the test needs an email address.");
  return {
    ...parcel,
    system: { ...system, provider: null },
    api: { ...api, to: [to.email], replyTo: null },
    value: marked(parcel),
  };
}

/** The mail with a marked subject, and to nobody but the address of the test. */
function marked({ value, input }: Parcel): unknown {
  const made = typeof value === "object" && value !== null && !Array.isArray(value) ? value : { text: value };
  const { to: _to, cc: _cc, ...rest } = made as Record<string, unknown>;
  const own = rest["subject"] ?? input.task?.["subject"] ?? input.ticket["subject"];
  return { ...rest, subject: `${SUBJECT_MARK} ${typeof own === "string" ? own : ""}`.trim() };
}

function masked(secrets: System["secrets"]): System["secrets"] {
  return Object.fromEntries(Object.keys(secrets).map((name) => [name, HIDDEN]));
}
