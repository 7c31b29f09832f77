// What a request may cost before it is believed: counts and lengths, checked while the XML is read. Never a matter of trust.

/** Limits on the XML of one request. Lengths in characters. */
export interface XmlLimits {
  depth: number;
  elements: number;
  /** Attributes of one element. */
  attributes: number;
  /** Namespace declarations of the whole document. */
  namespaces: number;
  /** An element's or attribute's name, with prefix. */
  name: number;
  attributeValue: number;
  /** The text of one parameter. Each command has a shorter limit of its own. */
  text: number;
  /** Comments, processing instructions and CDATA sections together. */
  asides: number;
  /** Ampersands, and carriage returns, in a document longer than one chunk: each costs far more than a letter. */
  references: number;
  /** Read at a time. A whole chunk without an event, outside a parameter, is more than any name, comment or prolog needs. */
  chunk: number;
}

/** Far above what any client sends, far below what would keep the process busy. */
export const XML_LIMITS: XmlLimits = {
  depth: 32,
  elements: 1_000,
  attributes: 64,
  namespaces: 64,
  name: 256,
  attributeValue: 8_192,
  text: 250_000,
  asides: 1_000,
  references: 100_000,
  chunk: 65_536,
};
