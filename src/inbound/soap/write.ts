// Text into XML, and nothing else: every value that leaves in an answer passes through here.

const PLAIN = /^[\t\n\x20-\x25\x27-\x3b\x3d\x3f-\ud7ff]*$/;
/** What is no Char of XML 1.0 section 2.2; half a surrogate pair is mended before. */
const FORBIDDEN = /[^\t\n\r\x20-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Text as element content. Quotes stay as they are; a character XML 1.0 does not allow becomes U+FFFD. */
export function escapeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .toWellFormed()
    .replace(FORBIDDEN, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#xD;");
}

/** Text as the value of an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#xA;").replaceAll("\t", "&#x9;");
}
