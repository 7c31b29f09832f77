// The header block of a mail, read straight from its bytes. What trust is decided on must not depend on a lenient parser:
// whatever is not plainly well-formed counts as absent.

/** Longest header block that is read, in bytes. */
export const HEADER_LIMIT = 256 * 1024;

/** One header field: name in lower case, value unfolded. */
export interface Field {
  name: string;
  value: string;
}

/** What is told of a mail that cannot be used. */
export interface Sketch {
  messageId: string | null;
  sender: string | null;
  subject: string | null;
}

/** Only what every mail server on the way took for that field too, also with blanks before the colon (RFC 5322 section 4.5). */
const FIELD_NAME = /^([!-9;-~]+)[ \t]*:/;

/** The header fields from the top, or null when the block is longer than the limit. */
export function readFields(raw: Uint8Array): Field[] | null {
  const lines = new TextDecoder().decode(raw.subarray(0, HEADER_LIMIT)).split(/\r?\n/);
  const isCut = raw.length > HEADER_LIMIT;
  if (isCut) lines.pop();
  const end = lines.indexOf("");
  if (end === -1 && isCut) return null;
  const fields: Field[] = [];
  let last: Field | null = null;
  for (const line of end === -1 ? lines : lines.slice(0, end)) {
    if (/^[ \t]/.test(line)) {
      if (last) last.value += line;
      continue;
    }
    const name = FIELD_NAME.exec(line)?.[1];
    // What goes on from a line that is no field is none either.
    last = name === undefined ? null : { name: name.toLowerCase(), value: line.slice(line.indexOf(":") + 1) };
    if (last) fields.push(last);
  }
  return fields;
}

/** The values of every field of that name, from the top, trimmed. */
export function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter((field) => field.name === name).map((field) => field.value.trim());
}

/**
 * A structured field (RFC 5322 section 3.2) without its comments. Quoted strings stay between their quotes with every
 * character that could mean something replaced by `_`. Null when a quote or comment is not closed.
 */
export function flatten(value: string): string | null {
  let flat = "";
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const char = value[at] as string;
    if (char === "\\" && (quoted || depth > 0)) {
      at++;
      if (quoted) flat += "_";
    } else if (quoted) {
      quoted = char !== '"';
      flat += quoted ? char.replace(/[^A-Za-z0-9.-]/, "_") : char;
    } else if (char === "(") depth++;
    else if (char === ")" && depth > 0) flat += --depth === 0 ? " " : "";
    else if (depth === 0) {
      quoted = char === '"';
      flat += char;
    }
  }
  return quoted || depth > 0 ? null : flat.trim();
}

/**
 * The form of a domain in letters of any script. Whatever makes it ASCII stops at a sign with a meaning in addresses of pages (`#`, `/`),
 * and what a stranger has before such a sign is not the domain.
 */
const DOMAIN = "[\\p{L}\\p{M}\\p{N}._-]+";
const WHOLE_DOMAIN = new RegExp(`^${DOMAIN}$`, "u");
const ADDRESS = `[^\\s\\p{Cc}<>()",;:@\\\\]+@${DOMAIN}`;
const ONE_ADDRESS = new RegExp(`^(?:[^<>@,;:]*<\\s*(${ADDRESS})\\s*>|(${ADDRESS}))$`, "u");

/** Whether a text has the form of a domain. */
export function isDomain(text: string): boolean {
  return WHOLE_DOMAIN.test(text);
}

/** The one address of the one From field (RFC 5322 section 3.6.2), in lower case. Null for none, several or a doubtful one. */
export function fromAddress(fields: readonly Field[]): string | null {
  const [value, ...more] = valuesOf(fields, "from");
  if (value === undefined || more.length > 0) return null;
  const found = ONE_ADDRESS.exec(flatten(value) ?? "");
  const address = (found?.[1] ?? found?.[2])?.toLowerCase();
  return address !== undefined && address.length <= 320 ? address : null;
}

/** The message id with its angle brackets, or null. */
export function messageIdOf(fields: readonly Field[]): string | null {
  const found = valuesOf(fields, "message-id")[0]?.match(/<[^<>\s]{1,900}>/);
  return found ? found[0] : null;
}

/** Sender, subject and message id as far as they can be made out; the subject still encoded as it came. */
export function sketchOf(raw: Uint8Array): Sketch {
  const fields = readFields(raw) ?? [];
  return {
    messageId: messageIdOf(fields),
    sender: fromAddress(fields),
    subject: valuesOf(fields, "subject")[0]?.slice(0, 500) ?? null,
  };
}
