// Documents made at random: small trees that are mostly well-formed, and real requests that something was done to.
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";

const NAMES = [
  "a",
  "b",
  "p:a",
  "q:b",
  "xml:lang",
  "é",
  "\u{10000}",
  "__proto__",
  "constructor",
  "A-1.·",
  "_",
  "p:__proto__",
  "r:x",
];
const URIS = ["u", "v", "", "u&amp;v", " u\n", "http://www.w3.org/XML/1998/namespace"];
const SPACES = [" ", "\n", "\t ", "\r\n", ""];
const PIECES = [
  ...["text", " ", "\r", "\r\n", "\n", "]]", ">", "'", '"', "é", "😀", "\ufeff", "\u0085", "=", "/", "--"],
  ...["&lt;", "&amp;", "&gt;", "&quot;", "&apos;", "&#13;", "&#x1F600;", "&#0065;", "&amp;lt;"],
];
const ASIDES = ["<!---->", "<!-- <x> & -->", "<?p?>", "<?p x=' ?>", "<![CDATA[]]>", "<![CDATA[<&\r\n]]]>", "<![CDATA[ ]]>"];

/** What breaks a document where it stands in the wrong place, and mostly it does. */
const HOSTILE = [
  ...[
    "<",
    ">",
    "</",
    "/>",
    "&",
    ";",
    "<!--",
    "-->",
    "--",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE a>",
  ],
  ...[
    " xmlns=''",
    " xmlns='u'",
    " xmlns:p='u'",
    " xmlns:s='v'",
    " a='1'",
    " xml:lang='x'",
    " p:a='1'",
    "s:",
    ":",
    "p:",
    "xmlns",
    "=",
  ],
  ...[
    "'",
    '"',
    "\0",
    "\x1f",
    "\ud800",
    "\udc00",
    "\ufffe",
    "\uffff",
    "\ufeff",
    "&#0;",
    "&#xD800;",
    "&#x41;",
    "&#;",
    "&x;",
    "&lt;",
  ],
  ...[
    "<a>",
    "</a>",
    "<a/>",
    "<a b='",
    "<p:a xmlns:p='u'/>",
    "\r",
    "\n",
    "\t",
    " ",
    "\u00a0",
    "é",
    "·",
    "\u0300",
    "\u{10000}",
    "\u{f0000}",
    "]",
    "-",
    "?",
  ],
];

const space = fc.constantFrom(...SPACES);
const quoted = fc
  .tuple(fc.array(fc.constantFrom(...PIECES, "\t"), { maxLength: 4 }), fc.constantFrom("'", '"'))
  .map(([pieces, quote]) => quote + pieces.join("").replaceAll(quote, "") + quote);
const attribute = fc.tuple(fc.constantFrom(...NAMES), space, quoted).map(([name, gap, value]) => ` ${name}${gap}=${gap}${value}`);
const declaration = fc
  .tuple(fc.constantFrom("xmlns", "xmlns:p", "xmlns:q", "xmlns:p", "xmlns:r", "xmlns:xml"), fc.constantFrom(...URIS))
  .map(([name, uri]) => ` ${name}="${uri}"`);
const inTag = fc.tuple(fc.array(declaration, { maxLength: 2 }), fc.uniqueArray(attribute, { maxLength: 3, selector: nameOf }));

function nameOf(attribute: string): string {
  return attribute.slice(0, attribute.search(/[\s=]*=/));
}

const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(fc.constantFrom(...NAMES), inTag, fc.array(tie("content"), { maxLength: 4 }), space)
    .map(([name, [declarations, attributes], content, gap]) => {
      const start = [`<${name}`, ...declarations, ...attributes, gap].join("");
      return content.length === 0 ? `${start}/>` : `${start}>${content.join("")}</${name}${gap}>`;
    }),
  content: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(...PIECES),
    fc.constantFrom(...ASIDES),
    fc.string({ maxLength: 5 }).map((text) => text.replaceAll(/[<&]/g, "")),
    tie("element"),
  ),
}));

const misc = fc.constantFrom("", "\n", "<!--x-->", "<?p?>", " \r");
const prolog = fc.constantFrom("", "<?xml version='1.0'?>", '<?xml version="1.0" encoding="utf-8" standalone="no" ?>', "\ufeff");
/** All prefixes are declared at the root, but `r`. */
const ROOT = "<root xmlns:p='http://p/' xmlns:q='http://q/'>";

/** Small documents of every construct; about half are well-formed. */
export const anyDocument = fc
  .tuple(prolog, misc, element, misc)
  .map(([before, first, root, last]) => `${before}${first}${ROOT}${root}</root>${last}`);

/** The bodies of the requests in test/wire/soap; what they repeat thousands of times is repeated a little. */
export const REQUESTS: readonly string[] = globSync(path.join(import.meta.dirname, "../wire/soap/*/request.http"))
  .sort()
  .map((file) => readFileSync(file, "utf8"))
  .map((request) => request.slice(request.indexOf("\r\n\r\n") + 4))
  .map((body) => body.replaceAll(/\{\{([^{}]+)\*\d+\}\}/g, (_, text: string) => text.repeat(3)));

type Edit = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true });
const insertion = fc.oneof(fc.constantFrom(...HOSTILE), fc.constantFrom(...PIECES, ...ASIDES), fc.string({ maxLength: 3 }));
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.nat({ max: 4 }), insertion).map(([where, cut, put]) => replacing(where, cut, put)),
  fc.tuple(place, fc.nat({ max: 40 })).map(([where, cut]) => replacing(where, cut, "")),
  fc.tuple(place, fc.nat({ max: 60 })).map(([where, length]) => doubling(where, length)),
  fc.tuple(place, insertion).map(([where, put]) => atMarkup(where, put)),
);

function replacing(where: number, cut: number, put: string): Edit {
  return (text) => {
    const at = Math.floor(where * text.length);
    return text.slice(0, at) + put + text.slice(at + cut);
  };
}

function doubling(where: number, length: number): Edit {
  return (text) => {
    const at = Math.floor(where * text.length);
    return text.slice(0, at + length) + text.slice(at);
  };
}

/** Puts something next to a letter that means something, where it does most harm. */
function atMarkup(where: number, put: string): Edit {
  return (text) => {
    const marks = [...text.matchAll(/[<>/=?!"'&;:]/g)];
    const at = (marks[Math.floor(where * marks.length)]?.index ?? 0) + (where > 0.5 ? 1 : 0);
    return text.slice(0, at) + put + text.slice(at);
  };
}

function editing(documents: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(documents, fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([text, edits]) => edits.reduce((done, one) => one(done), text));
}

/** Real requests after one to three edits. */
export const anyMutatedRequest = editing(fc.constantFrom(...REQUESTS));

/** Small documents after one to three edits. */
export const anyMutatedDocument = editing(anyDocument);
