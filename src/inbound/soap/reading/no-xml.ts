// Says of a text, in the words of .NET's XmlReader, why no XML can begin with it. Never reads any further than that.
const SPACE = " \t\r\n";

/** Why a text is no XML from its first character on; null when it begins like XML. */
export function rootWrong(text: string): string | null {
  let line = 1;
  let column = 1;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "<") return null;
    if (!SPACE.includes(character)) return `Data at the root level is invalid. Line ${line}, position ${column}.`;
    const isEnd = character === "\n" || (character === "\r" && text.charAt(at + 1) !== "\n");
    line += isEnd ? 1 : 0;
    column = isEnd ? 1 : column + 1;
  }
  return "Root element is missing.";
}
