// What reading one document may cost, as counts and lengths, and how each limit is told. Nothing here knows what the XML means.

/** Limits on one document. Lengths in UTF-16 units. The first one passed ends the reading. */
export interface XmlLimits {
  depth: number;
  elements: number;
  /** Attributes of one element, namespace declarations among them. */
  attributes: number;
  /** Namespace declarations of the whole document. Each name with a prefix is looked up among them, so keep them few. */
  namespaces: number;
  /** An element's or attribute's name, with prefix. */
  name: number;
  attributeValue: number;
  /** Text handed over between two tags. */
  text: number;
  /** Comments, processing instructions and CDATA sections together. */
  asides: number;
  /** Digits of one character reference, which leading zeros could lengthen for ever. */
  reference: number;
}

/** For documents of the operator: what costs more than its length is limited, nothing else. */
export const TRUSTED: XmlLimits = {
  depth: Number.POSITIVE_INFINITY,
  elements: Number.POSITIVE_INFINITY,
  attributes: Number.POSITIVE_INFINITY,
  namespaces: 1_000,
  name: Number.POSITIVE_INFINITY,
  attributeValue: Number.POSITIVE_INFINITY,
  text: Number.POSITIVE_INFINITY,
  asides: Number.POSITIVE_INFINITY,
  reference: Number.POSITIVE_INFINITY,
};

const TELLS: Readonly<Record<keyof XmlLimits, (most: number) => string>> = {
  depth: (most) => `elements more than ${most} deep`,
  elements: (most) => `more than ${most} elements`,
  attributes: (most) => `more than ${most} attributes in an element`,
  namespaces: (most) => `more than ${most} namespaces`,
  name: (most) => `a name of more than ${most} characters`,
  attributeValue: (most) => `an attribute of more than ${most} characters`,
  text: (most) => `a value of more than ${most} characters`,
  asides: (most) => `more than ${most} comments or sections`,
  reference: (most) => `a character reference of more than ${most} digits`,
};

/** What was too much, in words. */
export function tellLimit(limits: XmlLimits, passed: keyof XmlLimits): string {
  return TELLS[passed](limits[passed]);
}
