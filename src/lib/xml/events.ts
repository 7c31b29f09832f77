// What a reading of XML tells while it goes on, and how it ends. Types alone.
import type { XmlLimits } from "./limits.ts";

/** An attribute, its namespace resolved. Namespace declarations are not among an element's attributes. */
export interface XmlAttribute {
  /** Empty for none: a default namespace does not hold for attributes (Namespaces 6.2). */
  readonly uri: string;
  readonly local: string;
  readonly value: string;
}

/** Takes what is met, in order. A method that returns false ends the reading. */
export interface XmlSink {
  /** Whether the text met now is to be handed over; other text is only checked. */
  readonly wantsText: boolean;
  /** The most characters of text wanted between two tags, at this moment; the limit of the document where a sink has none of its own. */
  readonly mostText?: number;
  /** An element opens. An empty `uri` is no namespace. */
  open(uri: string, local: string, attributes: readonly XmlAttribute[]): boolean;
  /** The innermost open element ends; its namespaces are still in scope. */
  close(): boolean;
  /** A run of text or a CDATA section, never empty. One value may come in several pieces. */
  text(text: string): boolean;
  /** A comment or processing instruction was met. */
  aside(): boolean;
}

/** How a reading ended. `document` is the only end at which the whole was read and well-formed. */
export type XmlEnding =
  | { readonly kind: "document" }
  /** The sink wanted no more. */
  | { readonly kind: "stopped" }
  | { readonly kind: "malformed"; readonly what: string; readonly at: number }
  /** A document type declaration begins. It may be well-formed, but is never read. */
  | { readonly kind: "doctype"; readonly what: string; readonly at: number }
  | { readonly kind: "limit"; readonly limit: keyof XmlLimits };
