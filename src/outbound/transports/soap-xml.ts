// Text into the XML of an outgoing call, and the names SOAP is made of. Every value that leaves passes through here, escaped.

/** What is no Char of XML 1.0 section 2.2; half a surrogate pair is mended before. */
const FORBIDDEN = /[^\t\n\r\x20-\ufffd\u{10000}-\u{10ffff}]/gu;
const PLAIN = /^[\t\n\x20-\x25\x27-\x3b\x3d\x3f-\ud7ff]*$/;

/** The text with U+FFFD in place of what XML 1.0 cannot carry, however it is escaped. */
export function carriable(text: string): string {
  return text.toWellFormed().replace(FORBIDDEN, "\ufffd");
}

/** Text as element content. A carriage return is kept as a reference: a reader would make a line feed of it (XML 1.0 section 2.11). */
export function escapeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return carriable(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#xD;");
}

/** Text as the value of an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#xA;").replaceAll("\t", "&#x9;");
}

export const XSI = "http://www.w3.org/2001/XMLSchema-instance";
export const XSD = "http://www.w3.org/2001/XMLSchema";
/** WS-Addressing 1.0, Core. */
export const ADDRESSING = "http://www.w3.org/2005/08/addressing";

/** The two versions: namespace of the envelope, and of the binding in a WSDL. */
export const VERSIONS = {
  "1.1": { envelope: "http://schemas.xmlsoap.org/soap/envelope/", binding: "http://schemas.xmlsoap.org/wsdl/soap/" },
  "1.2": { envelope: "http://www.w3.org/2003/05/soap-envelope", binding: "http://schemas.xmlsoap.org/wsdl/soap12/" },
} as const;

export type SoapVersion = keyof typeof VERSIONS;

/** The version an envelope's namespace belongs to, null for another namespace. */
export function versionOf(namespace: string): SoapVersion | null {
  return namespace === VERSIONS["1.1"].envelope ? "1.1" : namespace === VERSIONS["1.2"].envelope ? "1.2" : null;
}
