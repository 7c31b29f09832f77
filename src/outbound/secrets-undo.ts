// Undoes the ways in which a text may be written down: escapes of JSON, references of HTML and XML, percent-encoding, broken
// lines of base64. It never forgets where each part stood, so that what is found in the plain text can be taken out of the other.

/** From, and up to but not including, a character. */
export type Place = readonly [from: number, to: number];

/** A text that was made from another. */
export interface View {
  text: string;
  /** Where in the other text a part of this one stood. */
  back(place: Place): Place;
}

/** One thing undone: where its meaning begins in the new text, how long that is, and where it stood. */
interface Edit {
  at: number;
  length: number;
  from: number;
  to: number;
}

const BYTES = "%[cd][\\da-f]%[89ab][\\da-f]|%e[\\da-f](?:%[89ab][\\da-f]){2}|%f[0-7](?:%[89ab][\\da-f]){3}|%[\\da-f]{2}";
/** JSON and its kin (RFC 8259 section 7), references (HTML section 13.5, XML 1.0 section 4.1), percent-encoding (RFC 3986 section 2.1). */
const ESCAPE = new RegExp(
  `\\\\(?:u[\\da-f]{4}|x[\\da-f]{2}|["'\\\\/bfnrt])|&(?:#\\d{1,7}|#x[\\da-f]{1,6}|[a-z]{2,8}\\d{0,2});|%u[\\da-f]{4}|${BYTES}`,
  "gi",
);

/**
 * Undoes one layer of escapes of every kind at once; null when there is none. What a secret may hold of such escapes itself
 * becomes undone with it, so it is to be compared with what `undoneWhole` makes of the secret too.
 */
export function undoEscapes(text: string): View | null {
  return edited(text, ESCAPE, meaningOf);
}

/** Undoes so many layers. */
export function undoneWhole(text: string, layers: number): string {
  const view = layers > 0 ? undoEscapes(text) : null;
  return view === null ? text : undoneWhole(view.text, layers - 1);
}

/** A line that ends between letters of base64 and is as long as mail and PEM make them (RFC 2045 section 6.8, RFC 7468 section 2), or nearly. */
const LINE_END = /\r?\n(?<=[\w+/-]{40}\r?\n)[\t ]*(?=[\w+/-])/g;

/** Puts lines of base64 together; null when there are none. */
export function undoLines(text: string): View | null {
  return edited(text, LINE_END, () => "");
}

function edited(text: string, pattern: RegExp, meaning: (found: string) => string | null): View | null {
  const edits: Edit[] = [];
  let surplus = 0;
  const undone = text.replace(pattern, (found: string, from: number) => {
    const meant = meaning(found);
    if (meant === null) return found;
    edits.push({ at: from - surplus, length: meant.length, from, to: from + found.length });
    surplus += found.length - meant.length;
    return meant;
  });
  if (edits.length === 0) return null;
  return { text: undone, back: ([from, to]) => [stoodAt(edits, from)[0], stoodAt(edits, to - 1)[1]] };
}

/** Where one character stood; of an escape it is the whole. */
function stoodAt(edits: readonly Edit[], at: number): Place {
  let [low, high] = [0, edits.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edits[middle] as Edit).at <= at) low = middle + 1;
    else high = middle;
  }
  const edit = edits[low - 1];
  if (edit === undefined) return [at, at + 1];
  if (at < edit.at + edit.length) return [edit.from, edit.to];
  const from = edit.to + at - edit.at - edit.length;
  return [from, from + 1];
}

const CONTROLS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Null for what only looks like an escape. */
function meaningOf(found: string): string | null {
  if (found[0] === "&") return found[1] === "#" ? numbered(found.slice(2, -1)) : (NAMED.get(found.slice(1, -1)) ?? null);
  const kind = found[1] ?? "";
  if (found[0] === "%") return kind.toLowerCase() === "u" ? unit(found.slice(2)) : percentDecoded(found);
  return found.length > 2 ? unit(found.slice(2)) : (CONTROLS[kind.toLowerCase()] ?? kind);
}

function unit(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function numbered(digits: string): string | null {
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}

/** UTF-8, and what is none as Latin-1, which old servers still write. */
function percentDecoded(found: string): string {
  const bytes = Buffer.from(found.replaceAll("%", ""), "hex");
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

/** The names of the references that a text may have for punctuation, each with its character. */
const PUNCTUATION =
  "excl! quot\" num# dollar$ percnt% amp& AMP& apos' lpar( rpar) ast* plus+ comma, period. sol/ colon: semi; lt< LT< equals= gt> GT> " +
  'quest? commat@ lsqb[ lbrack[ bsol\\ rsqb] rbrack] Hat^ lowbar_ grave` lcub{ lbrace{ vert| verbar| rcub} rbrace} QUOT"';

/** The names for U+00A0 to U+00FF, in this order. */
const LATIN =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para " +
  "middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute " +
  "Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml " +
  "Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth " +
  "ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

const NAMED: ReadonlyMap<string, string> = new Map([
  ...PUNCTUATION.split(" ").map((one): [string, string] => [one.slice(0, -1), one.slice(-1)]),
  ...LATIN.split(" ").map((name, at): [string, string] => [name, String.fromCharCode(0xa0 + at)]),
]);
