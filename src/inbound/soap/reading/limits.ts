// What a request may cost before it is believed: counts and lengths, checked while the XML is read. Never a matter of trust.
import type { XmlLimits } from "../../../lib/xml/limits.ts";

/**
 * Far above what any client sends, far below what would keep the process busy. Time needs no limit of its own: the scanner
 * looks at each letter a few times, so the size of the body bounds it, and only looking up a prefix costs more the more
 * namespaces there are. These limits bound what is kept and handed on.
 */
export const XML_LIMITS: XmlLimits = {
  depth: 32,
  elements: 1_000,
  attributes: 64,
  namespaces: 64,
  name: 256,
  attributeValue: 8_192,
  // Of one parameter. Each command has a shorter limit of its own.
  text: 250_000,
  asides: 1_000,
  reference: 32,
};
