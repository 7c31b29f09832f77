// The operation inside a SOAP request, read along the layout of its contract: what is kept, what is passed over, what is refused.
// Lenient as ASMX, or strictly as the schema says.
import type { ReadValue } from "../contract/binding.ts";
import type { Operation } from "../contract/contract.ts";
import type { Envelope, Tag } from "./envelope.ts";
import type { Member, Parameter } from "../contract/layout.ts";
import { type Problem, unreadable } from "../problems.ts";
import { short, type Value } from "../types/value-type.ts";

/** An element that is open and holds others. */
interface Frame {
  member: Member;
  /** The level at which its own elements open. */
  level: number;
  /** How often each of its elements came, by place among its siblings. */
  counts: number[];
  /** Place of the last one, so that a strict contract can tell a wrong order. */
  last: number;
  /** It is nil, so that nothing may be in it. */
  nil: boolean;
}

/** How far the operation has been read. */
export interface Body {
  operation: Operation;
  /** By index of the parameter; undefined where it was left out, a list where it may come more than once. */
  values: ReadValue[];
  /** By index too: values as they were sent, of those that the access check needs. */
  sent: string[];
  frames: Frame[];
  /** The parameter whose value is being read. */
  parameter: Parameter | null;
  nil: boolean;
}

/** Level of the elements of an operation: envelope, body and operation are open around them. */
const FIRST_LEVEL = 3;
const XSI = "http://www.w3.org/2001/XMLSchema-instance";

export function beginBody(operation: Operation): Body {
  const frames = [frameOf(operation.request.root, FIRST_LEVEL, false)];
  return { operation, values: [], sent: [], frames, parameter: null, nil: false };
}

function frameOf(member: Member, level: number, nil: boolean): Frame {
  return { member, level, counts: [], last: -1, nil };
}

type Position = () => string;

/** An element opens within the operation. */
export function openInBody(envelope: Envelope, body: Body, tag: Tag, position: Position): Problem | null {
  // Markup inside a value is as unreadable as a missing end tag: that is how ASMX answers it.
  if (body.parameter !== null) return { kind: "malformed", version: envelope.version };
  const frame = body.frames.at(-1);
  // Below an element that is passed over everything is.
  if (frame === undefined || envelope.depth - 1 !== frame.level) return null;
  if (frame.nil) return notEmpty(envelope, frame.member, position);
  const member = frame.member.members.get(tag.local);
  if (member === undefined || member.namespace !== tag.uri) return passOver(envelope, { frame, tag }, position);
  if (isElsewhere(tag))
    return unexpected(envelope, `The value of ${member.name} stands elsewhere (href), which is not read.`, position);
  const nil = isNil(tag);
  const wrong = admitMember(envelope, frame, { member, nil });
  if (wrong !== null) return unexpected(envelope, wrong, position);
  const count = frame.counts[member.order] ?? 0;
  frame.counts[member.order] = count + 1;
  // Of an element that comes too often the first ones count; the others are passed over like unknown ones.
  if (count < member.most) enter(envelope, body, { member, nil });
  return null;
}

interface Entered {
  member: Member;
  nil: boolean;
}

function enter(envelope: Envelope, body: Body, { member, nil }: Entered): void {
  if (member.type === null) {
    const isNil = nil && member.nillable;
    // What is nil has nothing inside; .NET passes over what is there all the same.
    if (isNil && envelope.contract.reading === "lenient") return;
    body.frames.push(frameOf(member, envelope.depth, isNil));
    // Text is of interest here alone: no other element around others may be told empty.
    if (isNil) collect(envelope, null);
    return;
  }
  body.parameter = member as Parameter;
  body.nil = nil;
  collect(envelope, member.type.longest);
}

function collect(envelope: Envelope, longest: number | null): void {
  envelope.collects = true;
  envelope.text = "";
  envelope.longest = longest;
}

/**
 * SOAP encoding may put a value outside the operation and refer to it (SOAP 1.1 section 5.4.1), as Axis does for "multiref". Passing it
 * over would store a message without its text.
 */
function isElsewhere({ attributes }: Tag): boolean {
  return attributes.some(({ uri, local, value }) => uri === "" && local === "href" && value.startsWith("#"));
}

function isNil({ attributes }: Tag): boolean {
  return attributes.some(
    ({ uri, local, value }) => uri === XSI && local === "nil" && (value.trim() === "true" || value.trim() === "1"),
  );
}

function passOver(envelope: Envelope, { frame, tag }: { frame: Frame; tag: Tag }, position: Position): Problem | null {
  if (envelope.contract.reading === "lenient" || frame.member.open) return null;
  return unexpected(envelope, `The element ${named(tag.local, tag.uri)} is not expected here.`, position);
}

const named = (name: string, namespace: string): string =>
  namespace === "" ? short(name) : `{${short(namespace)}}${short(name)}`;

/** What a strict contract has against the element here, or null. The words are ours: .NET has no such reading. */
function admitMember({ contract }: Envelope, frame: Frame, { member, nil }: Entered): string | null {
  if (contract.reading === "lenient") return null;
  const { order, most, name, nillable } = member;
  if (nil && !nillable) return `The element ${name} must not be nil.`;
  if (order < frame.last && !frame.member.anyOrder) return `The element ${name} comes too late: the schema has it earlier.`;
  frame.last = order;
  return (frame.counts[order] ?? 0) >= most ? `The element ${name} may come ${most === 1 ? "once" : `${most} times`}.` : null;
}

function unexpected({ version }: Envelope, why: string, position: Position): Problem {
  return unreadable(version, `There is an error in XML document (${position()}). ---> ${why}`);
}

/** An element closes within the operation, or the operation itself. */
export function closeInBody(envelope: Envelope, body: Body, position: Position): Problem | null {
  if (body.parameter !== null) return takeValue(envelope, body, position);
  const frame = body.frames.at(-1);
  if (frame === undefined || envelope.depth !== frame.level - 1) return null;
  body.frames.pop();
  if (frame.nil) return closeNil(envelope, frame.member, position);
  const missing = envelope.contract.reading === "strict" ? missingIn(frame) : null;
  return missing === null ? null : unexpected(envelope, `The element ${missing} is missing.`, position);
}

function closeNil(envelope: Envelope, member: Member, position: Position): Problem | null {
  envelope.collects = false;
  envelope.longest = null;
  return envelope.text === "" ? null : notEmpty(envelope, member, position);
}

function notEmpty(envelope: Envelope, { name }: Pick<Member, "name">, position: Position): Problem {
  return unexpected(envelope, `The element ${name} is nil, so that it must be empty.`, position);
}

function missingIn({ member, counts }: Frame): string | null {
  for (const { order, least, name } of member.members.values()) if ((counts[order] ?? 0) < least) return name;
  return null;
}

function takeValue(envelope: Envelope, body: Body, position: Position): Problem | null {
  const parameter = body.parameter as Parameter;
  const { type, index, many } = parameter;
  if (body.nil && envelope.contract.reading === "strict" && envelope.text !== "") return notEmpty(envelope, parameter, position);
  const value = readValue(envelope, parameter, body.nil);
  if (value === undefined) return unexpected(envelope, type.wrong(envelope.text), position);
  if (many) listAt(body, index).push(value);
  else body.values[index] = value;
  if (body.operation.access?.needs.has(index)) body.sent[index] = envelope.text;
  body.parameter = null;
  envelope.collects = false;
  envelope.longest = null;
  return null;
}

/** `xsi:nil` stands for no value where .NET has one: in texts, and where the schema allows it. */
function readValue({ contract, route, text }: Envelope, { type, nillable }: Parameter, nil: boolean): Value | undefined {
  const mayBeNil = nillable || (contract.reading === "lenient" && !type.isValueType);
  return nil && mayBeNil ? null : type.read(text, route.timeZone);
}

function listAt(body: Body, index: number): Value[] {
  const known = body.values[index];
  if (Array.isArray(known)) return known;
  const list: Value[] = [];
  body.values[index] = list;
  return list;
}
