// Makes one text fit a limit of characters: their number, and which there are.
import type { FieldLimit } from "../../store/outgoing.ts";

/** What ends a text that was shortened. */
const NOTE = "… [cut]";

/** The highest code point of each charset. */
const HIGHEST: Readonly<Record<FieldLimit["charset"], number>> = { unicode: 0x10ffff, bmp: 0xffff, latin1: 0xff, ascii: 0x7f };

/** Letters and signs in use that Unicode does not take apart (compatibility decomposition, UAX #15), as people write them without. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ "\u2018": "'", "\u2019": "'", "\u201A": "'", "\u201C": '"', "\u201D": '"', "\u201E": '"', "\u00AB": '"', "\u00BB": '"' },
  ...{ "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2022": "*", "\u20AC": "EUR" },
  ...{ ß: "ss", ẞ: "SS", æ: "ae", Æ: "AE", œ: "oe", Œ: "OE", ø: "o", Ø: "O", ł: "l", Ł: "L", đ: "d", Đ: "D", ı: "i" },
};

/** Characters that only change how others look; nothing is lost without them. */
const UNSEEN = /^[\p{M}\p{Cf}]$/u;

/** The text made to fit, or what is wrong with it, as the end of a sentence. Lone surrogates become U+FFFD in any case. */
export function fitText(text: string, { length, charset, beyond }: FieldLimit): string | { refused: string } {
  const whole = text.toWellFormed();
  const strange = firstBeyond(whole, HIGHEST[charset]);
  if (strange !== null && beyond === "refuse")
    return { refused: `holds ${named(strange)}, which is not in the charset ${charset}` };
  const known = strange === null ? whole : replaceStrange(whole, HIGHEST[charset]);
  if (length === null || known.length <= length) return known;
  const characters = [...known];
  if (characters.length <= length) return known;
  if (beyond === "refuse") return { refused: `has ${characters.length} characters, more than ${length}` };
  return shorten(characters, length, charset);
}

function shorten(characters: readonly string[], length: number, charset: FieldLimit["charset"]): string {
  const note = replaceStrange(NOTE, HIGHEST[charset]);
  const room = length - [...note].length;
  return room > 0 ? characters.slice(0, room).join("") + note : characters.slice(0, length).join("");
}

function firstBeyond(text: string, highest: number): string | null {
  if (highest >= 0x10ffff) return null;
  for (const character of text) if ((character.codePointAt(0) ?? 0) > highest) return character;
  return null;
}

function replaceStrange(text: string, highest: number): string {
  let made = "";
  // Composed first: "e" with an accent of its own is one letter in Latin 1.
  for (const character of text.normalize("NFC"))
    made += (character.codePointAt(0) ?? 0) > highest ? plain(character, highest) : character;
  return made;
}

function plain(character: string, highest: number): string {
  if (UNSEEN.test(character)) return "";
  const apart = PLAIN[character] ?? character.normalize("NFKD").replace(/\p{M}/gu, "");
  return apart !== "" && firstBeyond(apart, highest) === null ? apart : "?";
}

function named(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `the character "${character}" (U+${code})`;
}
