// A parcel as a mail: its header, its words, its files, and what makes an answer find back. Pure but for the time; every
// header field is built from checked values, so no text can add one.
import { createHash } from "node:crypto";
import { lazily } from "../lib/lazy.ts";
import { makeMailMark, makeReplyToken, type TokenKey } from "../lib/reply-token.ts";
import type { EmailApi } from "../store/outgoing.ts";
import { htmlWith, type Invitation, textWith } from "./mail-block.ts";
import { domainOf, headerSubject, type MailContent, type NamedAddress, parseAddress, readMailContent } from "./mail-content.ts";
import type { OutgoingAttachment, Parcel } from "./ports.ts";

const mailComposer = lazily<typeof import("nodemailer/lib/mail-composer").default>("nodemailer/lib/mail-composer");

/** What composing needs beside the parcel. */
export interface ComposeParts {
  tokenKey: TokenKey;
  tagFormat: string;
  /** When the mail is sent, in milliseconds UTC. */
  at: number;
}

/** A mail ready to leave. `shown` is its header and text for people: without files, secrets and token. */
export interface ComposedMail {
  from: string;
  recipients: readonly string[];
  raw: Buffer;
  shown: string;
}

const MOST_SUBJECT = 400;
/** RFC 5321 section 4.5.3.1.1. */
const MOST_LOCAL_PART = 64;
const TOKEN_PLACE = "+token";
/** Most bytes of a request that is kept. */
const KEPT = 64 * 1024;

/** Composes a mail. Throws `invalid_request` when the mapping's value makes none. */
export async function composeMail(parcel: Parcel, parts: ComposeParts): Promise<ComposedMail> {
  const api = parcel.api as EmailApi;
  const content = filled(readMailContent(parcel.value, api), parcel);
  const ids = idsOf(parcel, api, parts.tokenKey);
  const files = fitting(parcel);
  const text = textWith(content.text + note(files.left), ids.invitation && { ...ids.invitation, tagFormat: parts.tagFormat });
  const from = parseAddress(api.from);
  const built = new (mailComposer())({
    from,
    to: [...content.to],
    cc: [...content.cc],
    ...(ids.replyTo ? { replyTo: ids.replyTo } : {}),
    subject: headerSubject(subjectOf(content, parcel)),
    messageId: ids.message,
    inReplyTo: ids.thread,
    references: [ids.thread],
    date: new Date(parts.at),
    headers: headersOf(parcel, parts.tokenKey),
    text,
    ...(content.html === null ? {} : { html: htmlOf(content.html, files.left, ids, parts.tagFormat) }),
    attachments: files.sent.map(asAttachment),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await built.compile().build();
  const names = files.sent.map(({ fileName, size }) => `[${fileName}, ${size} bytes]`);
  const header = raw.toString("latin1", 0, Math.max(raw.indexOf("\r\n\r\n"), 0)).replaceAll("\r\n", "\n");
  const shown = ids.hide(parcel.secrets.mask([header, "", text, ...names].join("\n")));
  return { from: from.address, recipients: [...new Set([...content.to, ...content.cc])], raw, shown: cutBytes(shown, KEPT) };
}

/** A text of at most so many bytes of UTF-8. */
export function cutBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= most ? text : bytes.toString("utf8", 0, most).replace(/\uFFFD+$/, "");
}

function filled(content: MailContent, { secrets }: Parcel): MailContent {
  return {
    ...content,
    subject: content.subject === null ? null : secrets.fill(content.subject),
    text: secrets.fill(content.text),
    html: content.html === null ? null : secrets.fill(content.html),
  };
}

/** What ties mails together, and answers to them. `hide` takes the tokens out of a text that is kept for people. */
interface Ids {
  message: string;
  /** Stands first in the References of every mail on the task, so that mail programs show them as one conversation. */
  thread: string;
  replyTo: NamedAddress | null;
  /** Null when nobody's answer could be taken: a mail about a ticket alone, or a System without a provider. */
  invitation: Omit<Invitation, "tagFormat"> | null;
  hide(text: string): string;
}

/** Both ids carry the token where there is one: an answer names them, and nobody else could have made them up. */
function idsOf({ delivery, system, input }: Parcel, api: EmailApi, key: TokenKey): Ids {
  const domain = domainOf(parseAddress(api.from).address);
  const claim =
    delivery.task !== null && system.provider !== null
      ? { provider: system.provider, system: system.name, task: delivery.task }
      : null;
  // An answer to the last word on a task would be refused: nothing invites one.
  const isFarewell = input.event["requestType"] === "Closed";
  const token = claim && makeReplyToken(key, claim);
  const mark = claim && makeReplyToken(key, claim, 27);
  const replyTo = api.replyTo === null ? null : parseAddress(api.replyTo);
  const [local = "", host = ""] = replyTo?.address.split("@") ?? [];
  const base = local.endsWith(TOKEN_PLACE) ? local.slice(0, -TOKEN_PLACE.length) : null;
  const inAddress = claim && base !== null ? makeReplyToken(key, claim, MOST_LOCAL_PART - base.length - 1) : null;
  const name = token ?? `n${digest(["thread", system.name, delivery.task ?? "", delivery.ticket])}`;
  const address = base === null ? local : inAddress === null ? base : `${base}+${inAddress}`;
  return {
    message: `<${idOf(delivery.key)}.${name}@${domain}>`,
    thread: `<task.${name}@${domain}>`,
    replyTo: replyTo && { name: replyTo.name, address: `${address}@${host}` },
    invitation: claim && mark && !isFarewell ? { task: claim.task, mark } : null,
    hide: (text) => [token, inAddress, mark].reduce<string>((rest, one) => (one ? rest.replaceAll(one, "***") : rest), text),
  };
}

/** A delivery's key as the first part of a Message-ID (RFC 5322 section 3.6.4): the same on every try. */
function idOf(key: string): string {
  return /^[A-Za-z0-9_-]{1,100}$/.test(key) ? key : digest(["key", key]);
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

function headersOf({ delivery }: Parcel, key: TokenKey): { key: string; value: string }[] {
  return [
    // RFC 3834 section 5: keeps well-behaved programs from answering by themselves.
    { key: "Auto-Submitted", value: "auto-generated" },
    // The same for Exchange, which does not look at the field above (MS-OXCMAIL section 2.2.3.2.14).
    { key: "X-Auto-Response-Suppress", value: "OOF, AutoReply" },
    { key: "X-Crossdesk", value: makeMailMark(key, delivery.event) },
  ];
}

/** The subject with the number in brackets, on one line. */
function subjectOf({ subject }: MailContent, { delivery, input }: Parcel): string {
  const number = delivery.task ?? delivery.ticket;
  const made = input.task?.["subject"] ?? input.ticket["subject"];
  const wanted = subject ?? (typeof made === "string" ? made : "");
  const line = wanted.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  // An alert may be about neither a task nor a ticket.
  const tag = number === "" ? "" : `[${number}]`;
  return [...(line.includes(tag) ? line : `${tag} ${line}`)].slice(0, MOST_SUBJECT).join("").trim();
}

type SentAttachment = OutgoingAttachment & { content: Uint8Array };

/** The files that fit the System's limit together, in their order, and those that do not. */
function fitting({ attachments, system }: Parcel): { sent: SentAttachment[]; left: OutgoingAttachment[] } {
  const sent: SentAttachment[] = [];
  const left: OutgoingAttachment[] = [];
  let room = system.delivery.attachmentBytes;
  for (const one of attachments) {
    const { content } = one;
    if (content === null || content.length > room) left.push(one);
    else {
      sent.push({ ...one, content });
      room -= content.length;
    }
  }
  return { sent, left };
}

function note(left: readonly OutgoingAttachment[]): string {
  if (left.length === 0) return "";
  const lines = left.map(({ fileName, size }) => `- ${nameOf(fileName)} (${size} bytes)`);
  return `\n\nToo large to be sent with this mail:\n${lines.join("\n")}`;
}

function htmlOf(html: string, left: readonly OutgoingAttachment[], { invitation }: Ids, tagFormat: string): string {
  const words = note(left).trim();
  const escaped = words.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`).replaceAll("\n", "<br>");
  const close = html.toLowerCase().lastIndexOf("</body>");
  const at = close === -1 ? html.length : close;
  const whole = words === "" ? html : `${html.slice(0, at)}<p>${escaped}</p>${html.slice(at)}`;
  return htmlWith(whole, invitation && { ...invitation, tagFormat });
}

function asAttachment({ fileName, contentType, content }: SentAttachment) {
  const isType = /^[A-Za-z0-9][\w.+-]*\/[A-Za-z0-9][\w.+-]*$/.test(contentType);
  // A mail inside a mail may not be encoded (RFC 2046 section 5.2.1), and its bytes are a stranger's.
  const type = isType && !/^(message|multipart)\//i.test(contentType) ? contentType : "application/octet-stream";
  return { filename: nameOf(fileName), contentType: type, content: Buffer.from(content) };
}

function nameOf(fileName: string): string {
  const plain = fileName
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/^.*[\\/]/, "")
    .trim();
  return plain.slice(0, 200) || "file";
}
