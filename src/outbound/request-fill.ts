// Fills `${secret:NAME}`, `${prop:NAME}` and `${data:path}` into URLs and headers, once to send and once to show. What comes from a
// ticket is percent-encoded and can never choose the host, climb the path or start another header. A secret of any characters stays
// one part of the URL.
import { Failure } from "../core/errors.ts";
import type { System } from "../store/outgoing.ts";
import type { RenderInput } from "./ports.ts";

/** What place-holders are filled from. */
export interface FillSource {
  system: Pick<System, "properties" | "secrets">;
  input: RenderInput;
}

/** A filled text: as it leaves, and as it may be shown. */
export interface Filled {
  real: string;
  shown: string;
}

const PLACE = /\$\{(secret|prop|data):([^{}]{1,200})\}/g;
const LONGEST_URL = 8192;
const LONGEST_HEADER = 8192;
/** A host that is followed by a path, so that what comes next cannot be part of it. */
const HOST_ENDED = /^https?:\/\/[^/?#\\]+[/?#]/i;
const HOST = /^https?:\/\/[^/?#\\]+/i;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that belong to the connection, to the message's framing, or to the gateway itself. */
const RESERVED: readonly string[] = [
  ...["host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "expect"],
  ...["accept-encoding", "proxy-authorization", "proxy-authenticate", "proxy-connection", "http2-settings"],
  ...["user-agent", "webhook-id", "webhook-timestamp", "webhook-signature", "idempotency-key"],
];

/** Writes the value of a place-holder into what stands before and after it. `before` is filled already. */
type Write = (value: string, place: { kind: string; before: string; after: string }) => string;

/**
 * Fills a URL. Behind the host, data is percent-encoded (RFC 3986 section 2.1) and so is a secret; in the path a secret may be several
 * steps, so what may stand there stays, its slashes too. A secret that is the beginning of the URL, the whole path or the whole query
 * stands as it is, since it was given in the URL's spelling. Throws a `Failure` `invalid_request` that names the place-holder, or says
 * what is wrong with the whole.
 */
export function fillUrl(template: string, source: FillSource): Filled {
  const filled = fill(template, source, (value, { kind, before, after }) => {
    const isBehindHost = HOST_ENDED.test(before);
    if (kind === "data" && !isBehindHost)
      throw new Failure("invalid_request", "Data of a ticket may stand behind the host of the URL only.");
    if (kind === "data") return encodeURIComponent(value.toWellFormed());
    return kind === "secret" && isBehindHost ? secretPart(value.toWellFormed(), before, after) : value;
  });
  const path = /^https?:\/\/[^/?#\\]+([^?#]*)/i.exec(filled.real)?.[1] ?? "";
  if (path.split(/[/\\]/).some((part) => /^(\.|%2e){1,2}$/i.test(part))) {
    throw new Failure("invalid_request", "The path of the URL has a part of dots only, which would lead elsewhere.");
  }
  if (filled.real.length > LONGEST_URL) throw new Failure("invalid_request", `The URL is longer than ${LONGEST_URL} characters.`);
  return filled;
}

/** Fills the values of headers. Throws a `Failure` `invalid_request` for a name or value no header can have, or a reserved name. */
export function fillHeaders(
  headers: Readonly<Record<string, string>>,
  source: FillSource,
): Map<string, { name: string } & Filled> {
  const filled = new Map<string, { name: string } & Filled>();
  for (const [name, template] of Object.entries(headers)) {
    checkHeaderName(name);
    const value = fill(template, source, (text, { kind }) => (kind === "data" ? encodeURIComponent(text.toWellFormed()) : text));
    if (!/^[\t\x20-\x7e]*$/.test(value.real) || value.real.length > LONGEST_HEADER) {
      throw new Failure("invalid_request", `The value of the header ${name} is too long or has characters no header can carry.`);
    }
    filled.set(name.toLowerCase(), { name, ...value });
  }
  return filled;
}

/** Throws a `Failure` `invalid_request` for a header that is none, or that is not the operator's to set. */
export function checkHeaderName(name: string): void {
  if (!TOKEN.test(name)) throw new Failure("invalid_request", `${JSON.stringify(name)} is no name of a header.`);
  if (RESERVED.includes(name.toLowerCase()))
    throw new Failure("invalid_request", `The header ${name} is set by the gateway alone.`);
}

/** A secret behind the host of a URL. */
function secretPart(value: string, before: string, after: string): string {
  if (before.includes("?")) return before.endsWith("?") && /^(#|$)/.test(after) ? value : encodeURIComponent(value);
  const isPath = HOST.exec(before)?.[0] === before.slice(0, -1) && before.endsWith("/") && /^([?#]|$)/.test(after);
  return isPath ? value : encodeURI(value).replace(/[?#]/g, encodeURIComponent);
}

function fill(template: string, source: FillSource, write: Write): Filled {
  let [real, shown, at] = ["", "", 0];
  for (const match of template.matchAll(PLACE)) {
    const [place, kind = "", name = ""] = match;
    const before = template.slice(at, match.index);
    checkPlain(before);
    at = match.index + place.length;
    const value = write(wordFor(kind, name, source), { kind, before: real + before, after: template.slice(at) });
    real += before + value;
    shown += before + (kind === "secret" ? place : value);
  }
  const rest = template.slice(at);
  checkPlain(rest);
  return { real: real + rest, shown: shown + rest };
}

/** Whatever opens like a place-holder and is none of them was meant as one. */
function checkPlain(text: string): void {
  const [found] = /\$\{[^}]{0,40}\}?/.exec(text) ?? [];
  if (found) throw new Failure("invalid_request", `${found} is none of the place-holders secret:NAME, prop:NAME and data:path.`);
}

function wordFor(kind: string, name: string, { system, input }: FillSource): string {
  if (kind === "data") return dataAt(input, name);
  const values = kind === "secret" ? system.secrets : system.properties;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  throw new Failure("invalid_request", `The System has no ${kind === "secret" ? "secret" : "property"} named ${name}.`);
}

/** A word or number at the end of a path with dots. What is missing is an error: the URL would name something else without it. */
function dataAt(input: RenderInput, path: string): string {
  let value: unknown = input;
  for (const step of path.split(".")) {
    const inner = typeof value === "object" && value !== null && Object.hasOwn(value, step);
    value = inner ? (value as Record<string, unknown>)[step] : undefined;
  }
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Failure("invalid_request", `There is no value at ${path} for the place-holder \${data:${path}}.`);
}
