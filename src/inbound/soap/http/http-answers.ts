// The answer of an operation called by GET or form POST: the one value it gives, alone in an element named after its type. Never puts in
// a text that was not escaped.
import type { Answer } from "../problems.ts";
import type { Entry } from "../contract/table.ts";
import type { Signature } from "../contract/wsdl.ts";
import { escapeAttribute, escapeText } from "../write.ts";

/** What fills the one value of an answer: a result, a reason, or a constant. Null for an answer without a value. */
type Filled = { source: string } | { constant: string } | null;

/** Gives the whole answer for what can be filled in. */
export type WriteHttpAnswer = (values: Readonly<Partial<Record<string, string>>>) => Answer;

/** Reads from a table what the value of a plain answer is; the entry was checked for the SOAP answer already. */
export function bindHttpAnswer({ response }: Signature, entry: Entry, namespace: string): WriteHttpAnswer {
  const [result] = response.members;
  const filled = result === undefined ? null : filledBy(entry, result.name);
  const name = result?.type?.name ?? "string";
  const open = `<?xml version="1.0" encoding="utf-8"?>\n<${name} xmlns="${escapeAttribute(namespace)}"`;
  return (values) => {
    const text = filled === null ? null : "source" in filled ? (values[filled.source] ?? "") : filled.constant;
    if (result === undefined) return { status: 200, contentType: XML, body: "", code: null };
    return { status: 200, contentType: XML, body: written(open, name, text), code: null };
  };
}

const XML = "text/xml; charset=utf-8";
const NIL = ' xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" />';

/** As XmlSerializer writes it: an empty text has a short tag, no value is nil. */
function written(open: string, name: string, text: string | null): string {
  if (text === null) return open + NIL;
  return text === "" ? `${open} />` : `${open}>${escapeText(text)}</${name}>`;
}

function filledBy(entry: Entry, name: string): Filled {
  const one = typeof entry.value === "object" ? entry.get(name) : entry;
  if (one.value === undefined) return null;
  return typeof one.value === "string" ? { source: one.value } : { constant: String(one.get("constant").value) };
}
