// Takes credentials out of messages before they are kept: by where the channel has them, never by guessing at words. What is left can
// still be read by the channel it came through. Time is linear in the message.
import { Buffer } from "node:buffer";
import type { TaskRef } from "../../core/ports.ts";

const HIDDEN = "***";

/** A key of ours, wherever it stands: `cdk_<id>_<secret>`. */
const API_KEY = /cdk_[A-Za-z0-9._-]{8,110}/g;
const KEY_MARK = "cdk_";

/** Bytes without credentials, and whether any were taken out. */
export interface Masked {
  bytes: Buffer;
  masked: boolean;
}

/** Takes out keys of ours. Most messages have none, which one look for the first letters tells. */
export function maskKeys(bytes: Buffer): Masked {
  if (!bytes.includes(KEY_MARK)) return { bytes, masked: false };
  const text = bytes.toString("latin1");
  const without = maskKeysIn(text);
  return without === text ? { bytes, masked: false } : { bytes: Buffer.from(without, "latin1"), masked: true };
}

/** The same for a text. */
export function maskKeysIn(text: string): string {
  return text.includes(KEY_MARK) ? text.replace(API_KEY, `cdk_${HIDDEN}`) : text;
}

/** The same for what a message named. */
export function maskNamed({ task, reference }: TaskRef): TaskRef {
  return { task: task ? maskKeysIn(task) : null, reference: reference ? maskKeysIn(reference) : null };
}

/**
 * Takes out what stands in elements of these local names, with all attributes but declarations of namespaces, under any prefix: also in a message that is no XML
 * further on. `decode` gives its text; a message in which something was found becomes UTF-8.
 */
export function maskElements(body: Buffer, names: readonly string[], decode: () => string): Masked {
  if (isPlain(body) && !names.some((name) => body.includes(name)) && !body.includes(KEY_MARK))
    return { bytes: body, masked: false };
  const text = decode();
  const without = maskKeysIn(withoutElements(text, names));
  return without === text ? { bytes: body, masked: false } : { bytes: Buffer.from(without), masked: true };
}

/** Whether names can be looked for in the bytes: in UTF-16 every second one is 0, or the mark of it stands first. */
function isPlain(body: Buffer): boolean {
  return !body.subarray(0, 4).includes(0) && body[0] !== 0xfe && body[0] !== 0xff;
}

function withoutElements(text: string, names: readonly string[]): string {
  const opening = new RegExp(`<((?:[^\\s<>/:="']+:)?(?:${names.map(escaped).join("|")}))(?=[\\s/>])`, "gu");
  let [masked, at] = ["", 0];
  for (const match of text.matchAll(opening)) {
    if (match.index < at) continue;
    const start = match.index + match[0].length;
    const end = text.indexOf(`</${match[1]}`, start);
    // One that is empty holds nothing; one that never ends may hold anything.
    if (end < 0 && /^[^<>]*\/>/.test(text.slice(start, start + 1000))) continue;
    masked += `${text.slice(at, start)}${namespacesIn(text, start)}>${HIDDEN}`;
    at = end < 0 ? text.length : end;
  }
  return masked + text.slice(at);
}

const ATTRIBUTES = /(?:[^<>"']|"[^"<]*"|'[^'<]*')*/y;
const NAMESPACE = /\sxmlns(?::[^\s=<>"']+)?\s*=\s*(?:"[^"<]*"|'[^'<]*')/g;

/** The declarations of a tag: without them its own prefix would mean nothing. */
function namespacesIn(text: string, start: number): string {
  ATTRIBUTES.lastIndex = start;
  const [attributes = ""] = ATTRIBUTES.exec(text.slice(0, start + 4000)) ?? [];
  return (attributes.match(NAMESPACE) ?? []).join("");
}

function escaped(name: string): string {
  return name.replace(/[^\w]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Takes the values of these parameters out of a query or form. `decode` reads a name as the channel does. */
export function maskParameters(text: string, names: readonly string[], decode: (name: string) => string | null): string {
  const hidden = new Set(names.map((name) => name.toLowerCase()));
  const pieces = text.split("&").map((piece) => {
    const equals = piece.indexOf("=");
    const name = decode(equals < 0 ? piece : piece.slice(0, equals))?.toLowerCase() ?? "";
    return hidden.has(name) && equals >= 0 ? `${piece.slice(0, equals)}=${HIDDEN}` : piece;
  });
  return maskKeysIn(pieces.join("&"));
}

/** Reply tokens stand before an `@`, after a dot or plus, and between the marks of the line in a mail of ours (in any case). */
const ADDRESSED = /([.+])[a-z](?:[a-z2-7]|=\r?\n){26,436}(?=@)/gi;
const MARKED = /(=-=-=\s+\S{1,12}\s+)[a-z](?:[a-z2-7]|=\r?\n){26,436}(?=\s+=-=-=)/gi;

/** Takes keys and reply tokens out of a mail as it stands; what is in base64 there is not looked into. */
export function maskMail(bytes: Buffer): Masked {
  const text = bytes.toString("latin1");
  const without = maskKeysIn(text.replace(ADDRESSED, `$1${HIDDEN}`).replace(MARKED, `$1${HIDDEN}`));
  return without === text ? { bytes, masked: false } : { bytes: Buffer.from(without, "latin1"), masked: true };
}
