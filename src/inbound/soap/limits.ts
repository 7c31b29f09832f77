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
  /** Comments and processing instructions. */
  asides: number;
}

/** Far above what any client sends, far below what would keep the process busy. */
export const XML_LIMITS: XmlLimits = {
  depth: 32,
  elements: 1_000,
  attributes: 64,
  namespaces: 64,
  name: 256,
  attributeValue: 8_192,
  text: 1_000_000,
  asides: 1_000,
};

/** Largest body, in bytes: what ASMX takes unless told otherwise. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
