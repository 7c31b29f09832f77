// How a request lies in memory: the elements of an operation as a tree to walk while reading, each value with a place in one list.
import type { Particle } from "./schema.ts";
import type { ValueType } from "../types/value-type.ts";

/** An element of a request, as the reader looks for it. */
export interface Member {
  name: string;
  namespace: string;
  /** Names from the operation down, joined by slashes; empty for the operation itself. */
  path: string;
  /** Place of its value in the list; -1 for an element that holds others. */
  index: number;
  /** The type of its value; null when it holds others. */
  type: ValueType | null;
  members: ReadonlyMap<string, Member>;
  /** Whether its elements may come in any order, and whether others may stand among them. */
  anyOrder: boolean;
  open: boolean;
  /** Place among its siblings, and how often it comes. */
  order: number;
  least: number;
  most: number;
  nillable: boolean;
  /** Whether it, or one it lies in, may come more than once: its value is then a list. */
  many: boolean;
}

/** A member with a value. */
export type Parameter = Member & { type: ValueType };

export interface Layout {
  root: Member;
  /** All values, by their index. */
  parameters: readonly Parameter[];
}

/** Lays out the wrapper element of an operation. */
export function layOut(wrapper: Particle): Layout {
  const parameters: Parameter[] = [];
  const place = (particle: Particle, at: { path: string; order: number; many: boolean }): Member => {
    const { name, namespace, least, most, nillable, type, anyOrder, open } = particle;
    const many = at.many || most > 1;
    const member = { name, namespace, path: at.path, type, order: at.order, least, most, nillable, many, anyOrder, open };
    if (type !== null) {
      const parameter: Parameter = { ...member, type, index: parameters.length, members: NONE };
      parameters.push(parameter);
      return parameter;
    }
    const members = particle.members.map((inner, order): [string, Member] => {
      const path = at.path === "" ? inner.name : `${at.path}/${inner.name}`;
      return [inner.name, place(inner, { path, order, many })];
    });
    return { ...member, index: -1, members: new Map(members) };
  };
  return { root: place(wrapper, { path: "", order: 0, many: false }), parameters };
}

const NONE: ReadonlyMap<string, Member> = new Map();
