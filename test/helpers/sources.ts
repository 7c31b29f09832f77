// Reads the project's own source files for the tests that keep its rules. It never runs what it reads.
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** A source file: path from the checkout's folder with `/`, and its text. */
export interface Source {
  file: string;
  text: string;
}

/** One import of a file. `target` is a path from the checkout's folder for a relative import, else the package or built-in. */
export interface Import {
  from: string;
  target: string;
  relative: boolean;
  /** Nothing of it is left at run time. */
  typeOnly: boolean;
}

/** The files that match, in order. Patterns are relative to the checkout. */
export function readSources(...patterns: string[]): Source[] {
  const files = globSync(patterns, { cwd: ROOT }).map((file) => file.split(path.sep).join("/"));
  return [...new Set(files)].sort().map((file) => ({ file, text: readFileSync(path.join(ROOT, file), "utf8") }));
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?([^;"'`]*?)\s*from\s*"([^"]+)"/gm;
const BARE = /^import\s*"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"/g;
const BY_ADDRESS = /new URL\(\s*"(\.[^"]+\.ts)",\s*import\.meta\.url/g;

/** Every import of a file: statements, dynamic imports, and files it starts as a worker thread. */
export function importsOf({ file, text }: Source): Import[] {
  const found = [...text.matchAll(STATEMENT)].map(([, type, names, target]) => {
    return makeImport(file, target ?? "", Boolean(type) || onlyTypes(names ?? ""));
  });
  for (const pattern of [BARE, DYNAMIC, BY_ADDRESS]) {
    for (const [, target] of text.matchAll(pattern)) found.push(makeImport(file, target ?? "", false));
  }
  return found;
}

function makeImport(from: string, target: string, typeOnly: boolean): Import {
  const relative = target.startsWith(".");
  return { from, target: relative ? path.posix.join(path.posix.dirname(from), target) : target, relative, typeOnly };
}

/** Whether `{ type A, type B }` names types alone. */
function onlyTypes(names: string): boolean {
  const inner = /^\{(.*)\}$/s.exec(names.trim())?.[1];
  if (inner === undefined) return false;
  const each = inner.split(",").map((one) => one.trim());
  return each.filter((one) => one !== "").every((one) => one.startsWith("type "));
}
