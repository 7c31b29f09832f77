// Reads the Content-Type header of a SOAP request. Never trusts it further than to choose charset and routing.

/** The parts of a Content-Type that matter here. `type` and `charset` are in lower case. */
export interface MediaType {
  type: string;
  charset: string | null;
  /** The `action` parameter of application/soap+xml (RFC 3902 section 2). */
  action: string | null;
}

const PARAMETER = /;\s*(charset|action)\s*=\s*(?:"([^"]*)"|([^\s;"]*))/gi;

/** The usual header of old clients, read without looking. */
const USUAL = "text/xml; charset=utf-8";
const USUAL_PARSED: MediaType = { type: "text/xml", charset: "utf-8", action: null };

export function readMediaType(header: string | undefined): MediaType {
  if (header === USUAL) return USUAL_PARSED;
  const text = header ?? "";
  const end = text.indexOf(";");
  const media: MediaType = { type: (end < 0 ? text : text.slice(0, end)).trim().toLowerCase(), charset: null, action: null };
  if (end < 0) return media;
  for (const [, name = "", quoted, bare] of text.matchAll(PARAMETER)) {
    const value = quoted ?? bare ?? "";
    if (name.toLowerCase() === "charset") media.charset ??= value.toLowerCase();
    else media.action ??= value;
  }
  return media;
}
