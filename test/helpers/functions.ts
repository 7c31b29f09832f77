// Measures the functions of a source file: how long they are, how many parameters they take. It never runs what it reads.
import { stripTypeScriptTypes } from "node:module";
import { type AnyNode, type Function as FunctionNode, type Node, parse } from "acorn";
import type { Source } from "./sources.ts";

/** One function with a body in braces. */
export interface Measured {
  file: string;
  name: string;
  /** First line, counted from 1. */
  line: number;
  /** From the line of its name to its closing brace. */
  lines: number;
  parameters: number;
}

/** Node says once per process that stripping may change; the tests that read sources are built on it and need no reminder. */
function strip(text: string): string {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning");
  const stripped = stripTypeScriptTypes(text);
  setImmediate(() => {
    for (const listener of listeners) process.on("warning", listener);
  });
  return stripped;
}

/**
 * Every function of the file with a body in braces, closures and methods included. Callbacks that are a bare expression are
 * left out: they are part of a statement, and would only make the middle of the table look better.
 */
export function functionsOf({ file, text }: Source): Measured[] {
  const found: Measured[] = [];
  const tree = parse(strip(text), { ecmaVersion: "latest", sourceType: "module", locations: true });
  visit(tree as AnyNode, null, (node, owner) => {
    if (node.body.type !== "BlockStatement") return;
    const [from, to] = [node.loc?.start.line ?? 0, node.loc?.end.line ?? 0];
    found.push({ file, name: nameOf(node, owner), line: from, lines: to - from + 1, parameters: node.params.length });
  });
  return found;
}

function visit(node: AnyNode, owner: AnyNode | null, onFunction: (node: FunctionNode, owner: AnyNode | null) => void): void {
  if (isFunction(node)) onFunction(node, owner);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, node, onFunction);
    }
  }
}

function isFunction(node: Node): node is FunctionNode {
  return ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"].includes(node.type);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function nameOf(node: FunctionNode, owner: AnyNode | null): string {
  if (node.id) return node.id.name;
  const holder = owner as { id?: { name?: string }; key?: { name?: string; value?: string } } | null;
  return holder?.id?.name ?? holder?.key?.name ?? holder?.key?.value ?? "(a callback)";
}
