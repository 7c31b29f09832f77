// Fills `${secret:NAME}`, `${prop:NAME}` and `${data:path}` into URLs and headers, once to send and once to show. What comes from a
// ticket is percent-encoded and can never choose the host, climb the path or start another header.
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
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that belong to the connection, to the message's framing, or to the gateway itself. */
const RESERVED: readonly string[] = [
  ...["host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "expect"],
  ...["accept-encoding", "proxy-authorization", "proxy-authenticate", "proxy-connection", "http2-settings"],
  ...["user-agent", "webhook-id", "webhook-timestamp", "webhook-signature", "idempotency-key"],
];

/** Fills a URL. Throws a `Failure` `invalid_request` that names the place-holder, or says what is wrong with the whole. */
export function fillUrl(template: string, source: FillSource): Filled {
  const filled = fill(template, source, (before) => {
    if (!HOST_ENDED.test(before))
      throw new Failure("invalid_request", "Data of a ticket may stand behind the host of the URL only.");
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
    const value = fill(template, source, () => undefined);
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

function fill(template: string, source: FillSource, beforeData: (before: string) => void): Filled {
  let [real, shown, at] = ["", "", 0];
  for (const match of template.matchAll(PLACE)) {
    const [place, kind = "", name = ""] = match;
    const before = template.slice(at, match.index);
    checkPlain(before);
    at = match.index + place.length;
    if (kind === "data") beforeData(real + before);
    const value = wordFor(kind, name, source);
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
  if (kind === "data") return encodeURIComponent(dataAt(input, name).toWellFormed());
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
