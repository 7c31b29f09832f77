// The files of a mail: its attachments, and those of the messages attached to it, which are opened. Archives stay shut.
import { excessOf, type MimeFile, readMime } from "./mime.ts";

/** A file of a mail, under a name that can be shown. */
export interface MailFile extends Omit<MimeFile, "name"> {
  name: string;
}

/** How deep messages in messages are opened, and most files of one mail; what is beyond stays in its message, which is a file itself. */
const DEEPEST = 4;
const MOST_FILES = 500;

/** What only proves who wrote a mail, and is worth nothing without its very bytes (RFC 3156, RFC 8551). */
const SIGNATURES: readonly string[] = [
  "application/pgp-signature",
  "application/pkcs7-signature",
  "application/x-pkcs7-signature",
];

/** The files in the order they stand, each message before what it holds. */
export async function filesOf(parts: readonly MimeFile[], depth = 0): Promise<MailFile[]> {
  const files: MailFile[] = [];
  for (const part of parts) {
    if (SIGNATURES.includes(part.contentType)) continue;
    const inner = part.contentType === "message/rfc822" && depth < DEEPEST ? await opened(part) : null;
    files.push({ ...part, name: nameOf(part, inner?.subject ?? "") });
    if (inner) files.push(...(await filesOf(inner.files, depth + 1)));
    if (files.length >= MOST_FILES) break;
  }
  return files.slice(0, MOST_FILES);
}

/** A message that cannot be read stays a file like any other. */
async function opened({ content }: MimeFile) {
  const raw = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return excessOf(raw) === null ? await readMime(raw) : null;
}

const ENDINGS: Readonly<Record<string, string>> = {
  ...{ jpeg: "jpg", "svg+xml": "svg", plain: "txt", calendar: "ics", "rfc822-headers": "txt", markdown: "md", vcard: "vcf" },
  // What telephone systems send of a call.
  ...{ mpeg: "mp3", "x-wav": "wav", quicktime: "mov", "3gpp": "3gp" },
};

/** A part without a name is called after what it is. */
function nameOf({ name, contentType }: MimeFile, subject: string): string {
  if (name !== null && name.trim() !== "") return name;
  if (contentType === "message/rfc822") return `${subject.trim() || "message"}.eml`;
  const [, kind = "", subtype = ""] = /^(image|audio|video|text)\/([a-z0-9+.-]+)/.exec(contentType) ?? [];
  if (kind === "") return contentType === "application/pdf" ? "file.pdf" : "file";
  return `${kind}.${ENDINGS[subtype] ?? subtype}`;
}
