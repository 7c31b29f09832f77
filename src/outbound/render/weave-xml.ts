// Puts template text and values together to XML, each value escaped for the place it stands in (XML 1.0 sections 2.4 to 2.7).
import { failed } from "./ending.ts";
import { jsonInner, type Piece } from "./marks.ts";

/** Where in XML the next character stands. */
type Place = "text" | "tag" | "double" | "single" | "comment" | "cdata" | "instruction";

/** What can open a place from text, longest first. */
const OPENERS: readonly (readonly [string, Place])[] = [
  ["<![CDATA[", "cdata"],
  ["<!--", "comment"],
  ["<?", "instruction"],
  ["<", "tag"],
];
const CLOSERS: Partial<Record<Place, string>> = { comment: "-->", cdata: "]]>", instruction: "?>" };
const NAME = /^[A-Za-z_][\w.-]{0,127}$/;
/** Characters XML 1.0 cannot hold at all (section 2.2); lone surrogates are gone before. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** Nothing can be escaped in a section, so it is closed and opened again in the middle of what would end it or be changed. */
const IN_SECTION: Readonly<Record<string, string>> = {
  "]": "]]]><![CDATA[",
  ">": "]]><![CDATA[>",
  "\r": "]]>&#13;<![CDATA[",
};

/** A text escaped so that it may stand in the content of an element. What XML cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  return possible(text).replace(/[&<>"'\r]/g, (one) => REFERENCES[one] ?? one);
}

/** The same for the value of an attribute, where line breaks and tabs would become spaces (section 3.3.3). */
function escapeAttribute(text: string): string {
  return possible(text).replace(/[&<>"'\r\n\t]/g, (one) => REFERENCES[one] ?? one);
}

function possible(text: string): string {
  return text.toWellFormed().replace(FORBIDDEN, "\uFFFD");
}

/** Throws an ending when a value stands where XML allows none. */
export function weaveXml(pieces: readonly Piece[]): string {
  let made = "";
  let place: Place = "text";
  for (const piece of pieces) {
    if (piece.kind === null) {
      place = placeAfter(piece.text, place);
      made += piece.text;
    } else made += atPlace(piece, place);
  }
  return made;
}

function atPlace({ kind, text }: Piece, place: Place): string {
  if (kind === "nothing") return "";
  if (kind === "xml" && (place === "text" || place === "double" || place === "single")) return text;
  const value = kind === "quoted" ? jsonInner(text) : text;
  if (place === "text") return escapeXml(value);
  if (place === "double" || place === "single") return escapeAttribute(value);
  if (place === "cdata") return possible(value).replace(/[\]>\r]/g, (one) => IN_SECTION[one] ?? one);
  if (place === "comment") return possible(value).replace(/[-<>]/g, " ");
  if (place === "tag" && NAME.test(value)) return value;
  throw failed(
    place === "tag"
      ? "A value of the template stands inside a tag: only a name can stand there, or put it in quotation marks."
      : "A value of the template stands inside a processing instruction.",
  );
}

/** The place after `text`. A mark that is split by a value does not count as one. */
function placeAfter(text: string, before: Place): Place {
  let place = before;
  for (let at = 0; at < text.length; ) {
    const closer = CLOSERS[place];
    if (closer !== undefined) {
      const end = text.indexOf(closer, at);
      if (end < 0) return place;
      at = end + closer.length;
      place = "text";
    } else if (place === "text") {
      const start = text.indexOf("<", at);
      if (start < 0) return place;
      const opener = OPENERS.find(([mark]) => text.startsWith(mark, start)) ?? ["<", "tag"];
      place = opener[1] as Place;
      at = start + opener[0].length;
    } else place = afterCharacter(text[at++], place);
  }
  return place;
}

function afterCharacter(character: string | undefined, place: Place): Place {
  if (place === "double") return character === '"' ? "tag" : place;
  if (place === "single") return character === "'" ? "tag" : place;
  if (character === ">") return "text";
  if (character === '"') return "double";
  return character === "'" ? "single" : "tag";
}
