// Reads the XML of a partner and hands its elements to the envelope. Untrusted input: no tree is kept, nothing is named after
// it, everything is counted, and the first thing wrong ends the reading.
import type { XmlAttribute, XmlEnding, XmlSink } from "../../../lib/xml/events.ts";
import { tellLimit, type XmlLimits } from "../../../lib/xml/limits.ts";
import { placeOf } from "../../../lib/xml/place.ts";
import { XmlScanner } from "../../../lib/xml/scanner.ts";
import type { ReadValue } from "../contract/binding.ts";
import type { Contract, Operation } from "../contract/contract.ts";
import { beginEnvelope, closeElement, type Envelope, endEnvelope, openElement, passAside, type Route } from "./envelope.ts";
import type { HeaderElement } from "./headers.ts";
import { XML_LIMITS } from "./limits.ts";
import type { Body } from "./operation-body.ts";
import { type Problem, unreadable } from "../problems.ts";
import type { SoapVersion } from "../versions.ts";

/** A request that was read: `values` by the index of the parameter, undefined where it was left out. */
export interface Reading {
  kind: "reading";
  version: SoapVersion;
  operation: Operation;
  values: readonly ReadValue[];
  /** By index too: values as they were sent, of those that the access check of the operation needs. */
  sent: readonly (string | undefined)[];
  /** The elements of header blocks that are understood. */
  headers: readonly HeaderElement[];
}

/** Why a request could not be read, and the header blocks that were met before that was found. */
export type Misread = Problem & Pick<Reading, "headers">;

/** Reads one document; never throws for what is in it. */
export type ReadEnvelope = (text: string, route: Route) => Reading | Misread;

/** Hands what the scanner meets to an envelope, until there is a problem. */
class EnvelopeSink implements XmlSink {
  readonly envelope: Envelope;
  problem: Problem | null = null;
  private readonly position: () => string;
  private readonly usualText: number;
  constructor(envelope: Envelope, position: () => string, usualText: number) {
    this.envelope = envelope;
    this.position = position;
    this.usualText = usualText;
  }

  get wantsText(): boolean {
    return this.envelope.collects;
  }

  /** Some types of value may be longer than others. */
  get mostText(): number {
    return this.envelope.longest ?? this.usualText;
  }

  open(uri: string, local: string, attributes: readonly XmlAttribute[]): boolean {
    return this.goOn(openElement(this.envelope, { uri, local, attributes }, this.position));
  }

  close(): boolean {
    return this.goOn(closeElement(this.envelope, this.position));
  }

  text(text: string): boolean {
    this.envelope.text += text;
    return true;
  }

  aside(): boolean {
    return this.goOn(passAside(this.envelope));
  }

  private goOn(problem: Problem | null): boolean {
    this.problem = problem;
    return problem === null;
  }
}

/** Makes a reader for a contract. */
export function createReader(contract: Contract, limits: XmlLimits = XML_LIMITS): ReadEnvelope {
  const scanner = new XmlScanner(limits);
  return (text, route) => {
    const envelope = beginEnvelope(contract, route);
    const sink = new EnvelopeSink(envelope, () => positionOf(text, scanner.offset), limits.text);
    const ending = scanner.read(text, sink);
    const problem = sink.problem ?? problemOf(ending, envelope, limits);
    const { version, body, headers } = envelope;
    if (problem !== null) return { ...problem, headers };
    const { operation, values, sent } = body as Body;
    return { kind: "reading", version, operation, values, sent, headers };
  };
}

function problemOf(ending: XmlEnding, envelope: Envelope, limits: XmlLimits): Problem | null {
  if (ending.kind === "document") return endEnvelope(envelope);
  const { version } = envelope;
  if (ending.kind !== "limit") return { kind: "malformed", version };
  return unreadable(version, `The request is beyond a limit: ${tellLimit(limits, ending.limit)}.`);
}

const AFTER_MARK: readonly (readonly [string, number])[] = [
  ["<![CDATA[", 9],
  ["<!--", 4],
  ["</", 2],
  ["<?", 2],
  ["<", 1],
];

/**
 * Line and column where the node after the element just ended begins, counted as .NET does: from 1, in UTF-16 units,
 * behind the mark that opens it. A type error is found once the reader stands there.
 */
function positionOf(text: string, offset: number): string {
  const mark = AFTER_MARK.find(([start]) => text.startsWith(start, offset));
  const { line, column } = placeOf(text, offset);
  return `${line}, ${column + (mark?.[1] ?? 0)}`;
}
