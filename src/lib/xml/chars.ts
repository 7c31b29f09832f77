// The characters XML knows (XML 1.0, 2.2) and those it is written with. Never looks at one letter at a time where the engine can.

export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const EXCLAMATION = 0x21;
export const DOUBLE_QUOTE = 0x22;
export const AMPERSAND = 0x26;
export const SINGLE_QUOTE = 0x27;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const GREATER = 0x3e;
export const QUESTION = 0x3f;

/** Production [2] Char, the other way round. */
const NOT_CHAR = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The same without the surrogates: three to ten times as fast, as no pairs are looked for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_CHAR_UNIT = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** Where the first thing stands that is no Char: a control character, half a surrogate pair, U+FFFE or U+FFFF. -1 for none. */
export function findNotChar(text: string): number {
  return text.isWellFormed() && !NOT_CHAR_UNIT.test(text) ? -1 : text.search(NOT_CHAR);
}

/** Whether a code point is a Char. */
export function isChar(code: number): boolean {
  if (code < SPACE) return code === TAB || code === LINE_FEED || code === CARRIAGE_RETURN;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

/** White space: production [3] S. */
export function isSpace(unit: number): boolean {
  return unit === SPACE || unit === LINE_FEED || unit === CARRIAGE_RETURN || unit === TAB;
}
