// The shape of an operation's answer, made from the contract and its table: which element carries what. Never puts anything into an
// answer that was not escaped.
import type { CommandResult } from "../../../core/ports.ts";
import type { Particle } from "./schema.ts";
import { type Entry, oneOf, textOf } from "./table.ts";
import { SOAP_VERSIONS, type SoapVersion } from "../versions.ts";
import type { Signature } from "./wsdl.ts";
import { escapeAttribute, escapeText } from "../write.ts";

/** What an answer to a success can carry, and what one to a refusal. */
const RESULTS = ["event", "task", "ticket"] as const;
const REASONS = ["code", "text"] as const;

type Source = (typeof RESULTS)[number] | (typeof REASONS)[number];
type Carried = { source: Source } | { constant: string };

/** Texts, and between them what is filled in. */
type Piece = string | { source: Source };

/** Writes the answer in a version of SOAP; `values` gives what is filled in. */
export type WriteAnswer = (version: SoapVersion, values: Readonly<Partial<Record<Source, string>>>) => string;

/** What a success fills in. */
export function resultValues({ events, task, ticket }: CommandResult): Partial<Record<Source, string>> {
  return { event: events[0] ?? "", task: task ?? "", ticket: ticket ?? "" };
}

/** The answer to a success: `result` is one word for an answer with one element, `nothing` for one without, or a table of paths. */
export function bindResult({ response }: Signature, entry: Entry): WriteAnswer {
  return writerOf(response, carriedBy(response, entry, RESULTS), entry);
}

/** The answer to a refusal where the contract tells it in the result, or null where it is a fault. */
export function bindRefusal({ response }: Signature, entry: Entry): WriteAnswer | null {
  if (entry.value === undefined) return null;
  return writerOf(response, carriedBy(response, entry, REASONS), entry);
}

/** What each path of the answer carries. */
function carriedBy(response: Particle, entry: Entry, sources: readonly Source[]): Map<string, Carried> {
  if (entry.value === "nothing") {
    if (response.members.length > 0) throw entry.wrong("says nothing, but the WSDL's answer has a result element");
    return new Map();
  }
  if (typeof entry.value !== "object") {
    const source = oneOf(entry, sources);
    const [result, more] = response.members;
    if (result === undefined) throw entry.wrong('must be "nothing": the WSDL\'s answer has no result element');
    if (more !== undefined || result.type === null)
      throw entry.wrong("must be a table of paths: the WSDL's answer has more than one element");
    return new Map([[result.name, { source }]]);
  }
  return new Map([...entry.entries()].map(([path, one]) => [path, carriedIn(one, sources)]));
}

function carriedIn(entry: Entry, sources: readonly Source[]): Carried {
  if (typeof entry.value === "string") return { source: oneOf(entry, sources) };
  return { constant: textOf(entry.get("constant")) };
}

function writerOf(response: Particle, carried: Map<string, Carried>, entry: Entry): WriteAnswer {
  const possible = response.members.flatMap((member) => pathsOf(member, member.name));
  const unknown = [...carried.keys()].find((path) => !possible.includes(path));
  if (unknown !== undefined) throw entry.get(unknown).wrong("is no element of the answer that has a value");
  const inner = response.members.flatMap((member) =>
    piecesOf(member, { path: member.name, namespace: response.namespace, carried, entry }),
  );
  const open = `<${response.name} xmlns="${escapeAttribute(response.namespace)}"`;
  const content: Piece[] = inner.length === 0 ? [`${open} />`] : [`${open}>`, ...inner, `</${response.name}>`];
  const whole = new Map(SOAP_VERSIONS.map((version) => [version, merged([version.open, ...content, version.close])]));
  return (version, values) => {
    let text = "";
    for (const piece of whole.get(version) ?? [])
      text += typeof piece === "string" ? piece : escapeText(values[piece.source] ?? "");
    return text;
  };
}

/** The paths of all elements with a value. */
function pathsOf({ type, members }: Particle, path: string): string[] {
  return type === null ? members.flatMap((member) => pathsOf(member, `${path}/${member.name}`)) : [path];
}

interface Place {
  path: string;
  /** Namespace of the element around. */
  namespace: string;
  carried: ReadonlyMap<string, Carried>;
  entry: Entry;
}

function piecesOf(particle: Particle, place: Place): Piece[] {
  const { name, namespace } = particle;
  const declared = namespace === place.namespace ? "" : ` xmlns="${escapeAttribute(namespace)}"`;
  const content = particle.type === null ? innerPieces(particle, place) : valuePieces(particle, place);
  if (content !== null) return [`<${name}${declared}>`, ...content, `</${name}>`];
  if (particle.least === 0) return [];
  if (particle.nillable) return [`<${name}${declared} xsi:nil="true" />`];
  throw place.entry.wrong(`leaves ${place.path} empty, which the answer must have: give it a constant`);
}

function innerPieces({ members, namespace, least, nillable }: Particle, place: Place): Piece[] | null {
  const isFilled = [...place.carried.keys()].some((path) => path.startsWith(`${place.path}/`));
  if (!isFilled && (least === 0 || nillable)) return null;
  return members.flatMap((member) => piecesOf(member, { ...place, path: `${place.path}/${member.name}`, namespace }));
}

function valuePieces({ type }: Particle, { path, carried, entry }: Place): Piece[] | null {
  const what = carried.get(path);
  if (what === undefined) return null;
  if ("source" in what) {
    if (type?.kind !== "text" || type.words !== null || type.isValueType)
      throw entry.wrong(`puts ${what.source} into ${path}, which is no text; give it a constant`);
    return [what];
  }
  if (type?.read(what.constant, "UTC") === undefined)
    throw entry.wrong(`puts "${what.constant}" into ${path}, which is of the type ${type?.name}`);
  return [escapeText(what.constant)];
}

/** Texts that follow one another as one. */
function merged(pieces: readonly Piece[]): Piece[] {
  const whole: Piece[] = [];
  for (const piece of pieces) {
    const last = whole.at(-1);
    if (typeof piece === "string" && typeof last === "string") whole[whole.length - 1] = last + piece;
    else whole.push(piece);
  }
  return whole;
}
