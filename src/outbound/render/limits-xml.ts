// Applies field limits to the texts of an XML body. What is not limited stays as it is, byte for byte.
import type { FieldLimit, System } from "../../store/outgoing.ts";
import { escapeXml } from "./weave-xml.ts";
import { checkXml } from "./xml-check.ts";

/** Makes one text fit; throws when it must not be changed. */
type Fit = (field: string, text: string, limit: FieldLimit) => string;

/** Comment, section, instruction, end of an element, start of an element. Fit for well-formed documents only. */
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<\/[^>]*>|<([^\s/>!?]+)(?:[^>"']|"[^"]*"|'[^']*')*>/g;
const REFERENCE = /&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(\w+));/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

interface OpenElement {
  name: string;
  /** Where its content begins. */
  start: number;
  text: string;
  hasElements: boolean;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** The document with its texts made to fit. A text that is not well-formed XML comes back as it is. */
export function fitXml(text: string, limits: System["limits"], refit: Fit): string {
  if (Object.keys(limits).length === 0 || checkXml(text) !== null) return text;
  const open: OpenElement[] = [];
  const edits: Edit[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKUP)) {
    const [markup, section, name] = match;
    const top = open.at(-1);
    if (top) top.text += decoded(text.slice(end, match.index)) + (section ?? "");
    end = match.index + markup.length;
    if (name !== undefined) {
      if (top) top.hasElements = true;
      if (!markup.endsWith("/>")) open.push({ name: localName(name), start: end, text: "", hasElements: false });
    } else if (markup.startsWith("</")) {
      const edit = fitElement(open, limits, refit);
      if (edit !== null) edits.push({ ...edit, end: match.index });
      open.pop();
    }
  }
  return edited(text, edits);
}

/** What to write instead of the content of the innermost element, or null. */
function fitElement(open: readonly OpenElement[], limits: System["limits"], refit: Fit): Omit<Edit, "end"> | null {
  const element = open.at(-1);
  if (element === undefined || element.hasElements) return null;
  let fitted = element.text;
  for (const [path, limit] of Object.entries(limits)) if (leadsTo(path, open)) fitted = refit(path, fitted, limit);
  return fitted === element.text ? null : { start: element.start, text: escapeXml(fitted) };
}

function leadsTo(path: string, open: readonly OpenElement[]): boolean {
  const names = path.split(".");
  const first = open.length - names.length;
  return first >= 0 && names.every((name, index) => open[first + index]?.name === name);
}

function edited(text: string, edits: readonly Edit[]): string {
  let made = "";
  let done = 0;
  for (const edit of edits) {
    made += text.slice(done, edit.start) + edit.text;
    done = edit.end;
  }
  return made + text.slice(done);
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function decoded(text: string): string {
  return text.replace(REFERENCE, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
