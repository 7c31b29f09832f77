// Whether a text is well-formed XML with namespaces, without a document type. Reads it once and keeps nothing.
import { SaxesParser } from "saxes";

const MOST_DEPTH = 200;

/** Ends the reading: every element deeper would cost a walk through all those around it. */
const TOO_DEEP = new Error("too deep");

/** What is wrong with `text` as an XML document, in words, or null. */
export function checkXml(text: string): string | null {
  const parser = new SaxesParser({ xmlns: true });
  let wrong: string | null = null;
  let depth = 0;
  const note = (words: string): void => {
    wrong ??= words;
  };
  parser.on("error", (error) => note(error.message));
  parser.on("doctype", () => note("a document type is not allowed."));
  parser.on("opentag", () => {
    if (++depth > MOST_DEPTH) throw TOO_DEEP;
  });
  parser.on("closetag", () => depth--);
  try {
    parser.write(text).close();
  } catch (error) {
    if (error !== TOO_DEEP) throw error;
    note(`elements are more than ${MOST_DEPTH} deep.`);
  }
  return wrong;
}
