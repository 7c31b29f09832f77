// Puts template text and values together to the body: JSON when the template's text begins with `{` or `[`, XML when it begins
// with `<`, plain text otherwise. A value can never end the string, element or attribute it stands in.
import { failed } from "./ending.ts";
import { jsonInner, type Piece, piecesOf } from "./marks.ts";
import { weaveXml } from "./weave-xml.ts";
import { checkXml } from "./xml-check.ts";

/** The body a template's output makes: JSON is parsed, XML is checked to be well-formed. Throws an ending. */
export function weave(output: string): unknown {
  const pieces = piecesOf(output.replace(/^\uFEFF/, ""));
  const first = pieces.find((piece) => piece.kind !== null || piece.text.trim() !== "");
  const start = first === undefined || first.kind !== null ? "" : first.text.trimStart()[0];
  if (start === "{" || start === "[") return parseJson(weaveJson(pieces));
  if (start === "<") return wellFormed(weaveXml(pieces).trim());
  return pieces.map(plain).join("");
}

function plain({ kind, text }: Piece): string {
  return kind === "quoted" ? jsonInner(text) : text;
}

function wellFormed(text: string): string {
  const wrong = checkXml(text);
  if (wrong !== null) throw failed(`The template does not make well-formed XML: ${wrong}`);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failed(
      `The template begins like JSON, but what it makes is not JSON: ${(error as Error).message}. ` +
        "Text that is meant to begin with a bracket can begin with an output such as {{ '[' }}.",
    );
  }
}

/** Inside a string a value is escaped, outside it becomes a JSON value of its own. */
function weaveJson(pieces: readonly Piece[]): string {
  let made = "";
  let inString = false;
  for (const { kind, text } of pieces) {
    if (kind === null) {
      inString = stringAfter(text, inString);
      made += text;
    } else if (inString) made += kind === "nothing" ? "" : jsonInner(text);
    else if (kind === "nothing") made += "null";
    else made += kind === "json" ? text : JSON.stringify(text);
  }
  return made;
}

/** Whether a JSON string is open after `text`. */
function stringAfter(text: string, inString: boolean): boolean {
  let open = inString;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') open = !open;
    else if (text[at] === "\\" && open && ++at === text.length)
      throw failed("A value of the template stands right behind a backslash.");
  }
  return open;
}
