// A mail's text as its sender meant it, before anybody looks for words in it: without signs that nobody sees, the armour of a signature,
// and what a mail program did to our own line. Pure, linear in the length of the text.
import { LINE_MARK } from "../../lib/reply-token.ts";

/** Signs without width that editors leave before a tag or our line, and marks of direction behind the colon of an introduction. */
const UNSEEN =
  /^([> ]*)[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069]+(?=[^\p{L}\p{N}\p{Cf}\s])|(?<=[:：])[\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/gmu;

/** The text, tidied where there is cause. Words stay as they are. */
export function readableText(text: string): string {
  return ownLineAlone(withoutArmour(text.replace(UNSEEN, "$1")));
}

const SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
const SIGNATURE_END = "-----END PGP SIGNATURE-----";
const ENCRYPTED = "-----BEGIN PGP MESSAGE-----";

/** A text signed or encrypted inline (RFC 9580 section 7): the signed words stay, nobody here can read the others. Quoted ones are history. */
function withoutArmour(text: string): string {
  if (!text.includes("-----BEGIN PGP ")) return text;
  const kept: string[] = [];
  let inside: "signed" | "header" | "signature" | "encrypted" | null = null;
  for (const line of text.split("\n")) {
    const bare = line.trimEnd();
    if (inside === null && bare === SIGNED) inside = "header";
    else if (inside === null && bare === ENCRYPTED) inside = "encrypted";
    else if (inside === "header") inside = bare === "" ? "signed" : "header";
    else if (inside === "signed" && bare === SIGNATURE) inside = "signature";
    else if (inside === "signature" || inside === "encrypted") inside = isEnd(bare) ? null : inside;
    else kept.push(inside === "signed" && line.startsWith("- ") ? line.slice(2) : line);
  }
  return kept.join("\n");
}

const isEnd = (line: string): boolean => line === SIGNATURE_END || line === "-----END PGP MESSAGE-----";

/** The initials of whom it quotes, as some programs put them before each mark of a quote, right before our line. */
const INITIALS = new RegExp(`^ ?([A-Za-z]{1,4})>[> ]*${LINE_MARK} .{1,200} ${LINE_MARK}\\s*$`, "m");
/** Our line behind the words that introduce it, as programs write it that end no line there. */
const BEHIND = new RegExp(`^(?! ?>)([^\\n]{1,600}?[:：]) {1,8}(${LINE_MARK} .{1,200} ${LINE_MARK})\\s*$`, "m");

function ownLineAlone(text: string): string {
  if (!text.includes(LINE_MARK)) return text;
  const [, initials] = INITIALS.exec(text) ?? [];
  const quoted = initials === undefined ? text : text.replace(new RegExp(`^ ?${initials}>`, "gm"), ">");
  return quoted.replace(BEHIND, "$1\n$2");
}
