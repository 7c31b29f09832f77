// What a mapping says of a mail: text, subject, recipients. Reads it strictly; an expression never writes to an address
// in a domain that the API definition does not name.
import { domainToASCII } from "node:url";
import { Failure } from "../core/errors.ts";
import type { EmailApi } from "../store/outgoing.ts";

/** What the mapping made, checked. `subject` is null when it gave none; addresses are plain, without names. */
export interface MailContent {
  subject: string | null;
  text: string;
  html: string | null;
  to: readonly string[];
  cc: readonly string[];
}

/** A mailbox of a header field: address and the name before it. */
export interface NamedAddress {
  name: string;
  address: string;
}

const MOST_TEXT = 1_000_000;
const MOST_RECIPIENTS = 50;
const KNOWN: readonly string[] = ["subject", "text", "html", "to", "cc"];

/**
 * Reads the value of a mapping: a text, or `{subject?, text, html?, to?, cc?}` with one address or a list in `to` and `cc`.
 * `to` replaces the API definition's own; both lists may only name addresses in the domains of those. Throws
 * `invalid_request` saying what is wrong.
 */
export function readMailContent(value: unknown, api: EmailApi): MailContent {
  const fields = typeof value === "string" ? { text: value } : asRecord(value);
  const stranger = Object.keys(fields).find((name) => !KNOWN.includes(name));
  if (stranger !== undefined) wrong(`A mail has no field ${stranger}; it may have ${KNOWN.join(", ")}.`);
  const own = api.to.map((one) => parseAddress(one).address);
  const domains = new Set(own.map(domainOf));
  const to = addressesOf(fields["to"], "to", domains) ?? own;
  const cc = addressesOf(fields["cc"], "cc", domains) ?? [];
  if (to.length === 0) wrong("The mail has no recipient.");
  if (to.length + cc.length > MOST_RECIPIENTS) wrong(`A mail may have ${MOST_RECIPIENTS} recipients.`);
  return {
    subject: textOf(fields["subject"], "subject"),
    text: textOf(fields["text"], "text") ?? wrong("The mail has no text."),
    html: textOf(fields["html"], "html"),
    to,
    cc,
  };
}

/** Reads `address` or `Name <address>`. Throws `invalid_request` for anything else. */
export function parseAddress(text: string): NamedAddress {
  const found = /^(?:"?([^"<>\r\n]*?)"?\s*<([^<>]+)>|([^<>\s]+))$/.exec(text.trim());
  const written = (found?.[2] ?? found?.[3] ?? "").trim();
  // Servers that take an international domain take it in ASCII; not all of them know the other way (RFC 6531).
  const at = written.lastIndexOf("@");
  const address = /[^\x20-\x7e]/.test(written.slice(at)) ? `${written.slice(0, at)}@${domainOf(written)}` : written;
  if (!isAddress(address)) wrong(`${JSON.stringify(text.slice(0, 100))} is not a mail address.`);
  return { name: found?.[1] ?? "", address };
}

/** The domain of an address, in lower case and ASCII. */
export function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return domainToASCII(domain) || domain;
}

/** A dot-atom before the `@` (RFC 5321 section 4.1.2), no quoted form, and the length limits of section 4.5.3.1. */
function isAddress(text: string): boolean {
  const found = /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64})@([^\s@<>()[\]\\,;:"]{1,253})$/.exec(text);
  return found !== null && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(domainOf(text));
}

/** An encoded word has 75 characters at most (RFC 2047 section 2): 45 bytes in base64, and what stands around them. */
const WORD_BYTES = 45;

/**
 * A subject for a header. Words that only look encoded would be decoded by whoever reads the mail, so such a subject is encoded itself;
 * any other is left to whoever writes the header.
 */
export function headerSubject(subject: string): string {
  if (!subject.includes("=?")) return subject;
  const words: string[] = [""];
  for (const sign of subject) {
    const last = words.length - 1;
    if (Buffer.byteLength(words[last] + sign) > WORD_BYTES) words.push(sign);
    else words[last] += sign;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    wrong("The mapping made neither a text nor an object with a text.");
  return value as Record<string, unknown>;
}

function textOf(value: unknown, name: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") wrong(`The ${name} of the mail is not a text.`);
  if (value.length > MOST_TEXT) wrong(`The ${name} of the mail is longer than ${MOST_TEXT} characters.`);
  return value;
}

function addressesOf(value: unknown, name: string, domains: ReadonlySet<string>): string[] | null {
  if (value === undefined || value === null) return null;
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length > MOST_RECIPIENTS) wrong(`A mail may have ${MOST_RECIPIENTS} recipients.`);
  const addresses = texts.map((text) => {
    if (typeof text !== "string") wrong(`An address in ${name} is not a text.`);
    const { address } = parseAddress(text);
    if (!domains.has(domainOf(address))) wrong(`${address} is in none of the domains the API definition sends to.`);
    return address;
  });
  return [...new Set(addresses)];
}

function wrong(detail: string): never {
  throw new Failure("invalid_request", detail);
}
