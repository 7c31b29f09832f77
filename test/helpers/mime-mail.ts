// Writes mails of several parts as mail programs do.

export interface MimePart {
  type: string;
  content: string | Buffer;
  /** Content-Disposition without its name. */
  disposition?: "attachment" | "inline";
  name?: string;
  /** Content-ID without angle brackets. */
  id?: string;
  /** As it stands, with this encoding, instead of base64. */
  encoding?: "7bit" | "8bit";
}

let boundaries = 0;

/** A part that holds others; `kind` is the subtype of multipart. */
export function multipart(kind: string, ...parts: readonly MimePart[]): MimePart {
  const boundary = `part-${++boundaries}`;
  const inner = parts.map((part) => Buffer.concat([Buffer.from(`--${boundary}\r\n`), written(part), Buffer.from("\r\n")]));
  const content = Buffer.concat([...inner, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/${kind}; boundary="${boundary}"`, content, encoding: "8bit" };
}

export const text = (content: string): MimePart => ({ type: "text/plain; charset=utf-8", content });
export const html = (content: string): MimePart => ({ type: "text/html; charset=utf-8", content });
/** An attached file. */
export const file = (name: string, content: string | Buffer, type = "application/octet-stream"): MimePart => ({
  ...{ type, content, name },
  disposition: "attachment",
});

/** A whole mail of this part. `header` are lines above it. */
export function mimeMail(part: MimePart, header: readonly string[] = []): Buffer {
  return Buffer.concat([Buffer.from([...header, "MIME-Version: 1.0", ""].join("\r\n")), written(part)]);
}

function written({ type, content, disposition, name, id, encoding }: MimePart): Buffer {
  const named = name === undefined ? "" : `; filename="${name}"`;
  const lines = [
    `Content-Type: ${type}`,
    ...(disposition ? [`Content-Disposition: ${disposition}${named}`] : []),
    ...(id ? [`Content-ID: <${id}>`] : []),
    `Content-Transfer-Encoding: ${encoding ?? "base64"}`,
  ];
  const bytes = Buffer.from(content);
  const body = encoding ? bytes : Buffer.from(bytes.toString("base64").replace(/.{76}/g, "$&\r\n"));
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body]);
}
