// The argument by which old systems show that they know a secret: a hash over values of the call and the secret. A contract says
// which, as data; a mistake in it stops the start.
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";

/** How a contract describes it. */
export interface AccessHashSpec {
  algorithm: string;
  /** Text with `{element}` for a value of the call as it was sent, and `{secret}`. */
  template: string;
}

/** A description that was understood. */
export interface AccessHash {
  /** The elements it takes values of. */
  readonly elements: readonly string[];
  /**
   * The right digest for a secret; null, to which nothing fits, where the values are too long. `textOf` gives an element's text as it
   * was sent, empty for one left out.
   */
  expectedOf(textOf: (element: string) => string): (secret: string) => Buffer | null;
}

/** Characters that the values in a hash may have together: a stranger sends them, and they may be hashed once for every secret. */
export const LONGEST_HASHED = 4096;

/** Starts a hash with what stands before the secret. */
type Begin = (head: string) => (secret: string) => Hash | Hmac;

/** The same for every secret, so that it is hashed once. */
const plain = (algorithm: string): { keyed: boolean; begin: Begin } => ({
  keyed: false,
  begin: (head) => {
    const begun = createHash(algorithm).update(head, "utf8");
    return () => begun.copy();
  },
});

/** MD5 and SHA-1 are what the systems in use send; over a secret that nobody knows they still cost more to forge than to guess at. */
const HASHES: Readonly<Record<string, { keyed: boolean; begin: Begin }>> = {
  md5: plain("md5"),
  sha1: plain("sha1"),
  sha256: plain("sha256"),
  "hmac-sha256": { keyed: true, begin: (head) => (secret) => createHmac("sha256", secret).update(head, "utf8") },
};

const SECRET = "secret";

/** A piece of a template: a text as it stands, or the name of what takes its place. */
type Piece = { text: string } | { name: string };

/** Reads a description; `known` are the operation's elements. Throws an Error that says what to change. */
export function parseAccessHash({ algorithm, template }: AccessHashSpec, known: ReadonlySet<string>): AccessHash {
  const kind = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (!kind) throw new Error(`algorithm: must be one of ${Object.keys(HASHES).join(", ")}`);
  const pieces = piecesOf(template);
  const names = pieces.flatMap((piece) => ("name" in piece ? [piece.name] : []));
  const elements = [...new Set(names)].filter((name) => name !== SECRET);
  const stranger = elements.find((name) => !known.has(name));
  if (stranger !== undefined) throw new Error(`template: the operation has no element ${stranger}`);
  if (known.has(SECRET) && names.includes(SECRET))
    throw new Error("template: {secret} would be both the secret and an element of the operation");
  checkSecret(names, kind.keyed);
  return { elements, expectedOf: (textOf) => digestsOf(pieces, kind.begin, textOf) };
}

function digestsOf(
  pieces: readonly Piece[],
  begin: Begin,
  textOf: (element: string) => string,
): (secret: string) => Buffer | null {
  let length = 0;
  const texts = pieces.map((piece) => {
    if ("text" in piece) return piece.text;
    if (piece.name === SECRET) return null;
    const value = textOf(piece.name);
    length += value.length;
    return value;
  });
  if (length > LONGEST_HASHED) return () => null;
  const at = texts.indexOf(null);
  const start = begin(texts.slice(0, at < 0 ? texts.length : at).join(""));
  const rest = at < 0 ? [] : texts.slice(at);
  return (secret) =>
    start(secret)
      .update(rest.map((one) => one ?? secret).join(""), "utf8")
      .digest();
}

/** Without the secret anybody could make the hash. HMAC has it as its key; some send it in the text as well. */
function checkSecret(names: readonly string[], keyed: boolean): void {
  if (!keyed && !names.includes(SECRET))
    throw new Error("template: it needs {secret}, without which anybody could make the hash");
  if (keyed && names.length === 0) throw new Error("template: it needs an element, such as {taskId}, for the key to sign");
}

/** `{{` and `}}` stand for the braces themselves. */
function piecesOf(template: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [found] of template.matchAll(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g)) {
    if (found === "{" || found === "}")
      throw new Error(`template: a ${found} has no other half; write ${found}${found} for the letter`);
    else if (found === "{{" || found === "}}") pieces.push({ text: found.charAt(0) });
    else if (!found.startsWith("{")) pieces.push({ text: found });
    else pieces.push({ name: nameOf(found) });
  }
  return pieces;
}

function nameOf(place: string): string {
  const name = place.slice(1, -1);
  if (name.trim() !== name || name === "") throw new Error(`template: ${place} names no element; write {name} without blanks`);
  return name;
}
