// The name of a file in Content-Disposition (RFC 6266), with letters of any alphabet as RFC 8187 writes them. Pure.
import { isUtf8 } from "node:buffer";

/** The value by which a browser saves a file under its name and shows it in no page. The name is one that is safe. */
export function dispositionOf(name: string): string {
  // For clients that know no `filename*`; a percent sign in it some decode (RFC 6266 appendix D).
  const plain = name.replace(/[^\x20-\x7e]/gu, "_").replace(/["\\%]/g, "_");
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded(name)}`;
}

/** `encodeURIComponent` leaves some that are no `attr-char` (RFC 8187 section 3.2.1). */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const PARAMETER = /;[ \t]*(filename\*?)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/gi;

/** The file name a header gives, `filename*` before `filename`; null when there is none that can be read. */
export function nameIn(disposition: string | undefined): string | null {
  const found = new Map<string, string>();
  for (const [, parameter = "", quoted, plain = ""] of (disposition ?? "").matchAll(PARAMETER)) {
    const value = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, "$1");
    if (!found.has(parameter.toLowerCase())) found.set(parameter.toLowerCase(), value);
  }
  const extended = found.get("filename*");
  const name = (extended === undefined ? null : extendedValue(extended)) ?? asUtf8(found.get("filename"));
  return name?.trim() ? name : null;
}

/** A value such as `UTF-8'de'Pl%C3%A4ne.pdf`. */
function extendedValue(value: string): string | null {
  const [, charset, text = ""] = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i.exec(value) ?? [];
  if (charset === undefined) return null;
  const bytes = Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  if (charset.toLowerCase() === "iso-8859-1") return bytes.toString("latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : null;
}

/** Many clients write UTF-8 where only ASCII may stand; Node reads headers byte by byte. */
function asUtf8(value: string | undefined): string | null {
  if (value === undefined) return null;
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : value;
}
