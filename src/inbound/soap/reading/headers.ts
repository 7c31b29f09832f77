// Header blocks of a request: which ask to be understood, and what those say that are. Never decides whether what they say is true.
import type { Tag } from "./envelope.ts";
import type { SoapVersion } from "../versions.ts";

/** An element of a header block that is understood, in document order; the block itself has depth 0. */
export interface HeaderElement {
  uri: string;
  local: string;
  text: string;
  attributes: Tag["attributes"];
  depth: number;
}

/** The blocks a request may be read for, by namespace and name. */
export type Understands = (uri: string, local: string) => boolean;

/** Far more than a security header and a message id have. */
export const MOST_HEADER_ELEMENTS = 64;

const NEXT_ACTORS: readonly string[] = [
  "",
  "http://schemas.xmlsoap.org/soap/actor/next",
  "http://www.w3.org/2003/05/soap-envelope/role/next",
  "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
];

/** What a header block asks for (SOAP 1.1 section 4.2, SOAP 1.2 part 1 section 5.2). */
export interface BlockWish {
  mustUnderstand: boolean;
  /** Whether it is meant for us: blocks for another actor are passed over. */
  forUs: boolean;
}

export function wishOf(version: SoapVersion, { attributes }: Tag): BlockWish {
  const wish: BlockWish = { mustUnderstand: false, forUs: true };
  for (const { uri, local, value } of attributes) {
    if (uri !== version.namespace) continue;
    if (local === "mustUnderstand") wish.mustUnderstand = value.trim() === "1" || value.trim() === "true";
    if ((local === "actor" || local === "role") && !NEXT_ACTORS.includes(value.trim())) wish.forUs = false;
  }
  return wish;
}
