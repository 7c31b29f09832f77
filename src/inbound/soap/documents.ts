// The files of a contract: a WSDL and what it imports or includes, each read once, from the WSDL's own folder and nowhere else.
// Never fetches anything, and never leaves the folder.
import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { readTree, type XmlElement } from "./tree.ts";

/** One file, and its name as partners fetch it: the path inside the folder. */
export interface ContractFile {
  name: string;
  kind: "wsdl" | "schema";
  text: string;
  root: XmlElement;
  references: readonly FileReference[];
}

/** Where a file names another of the contract: the attribute of an element, and the full path it means. */
export interface FileReference {
  element: XmlElement;
  attribute: string;
  target: string;
}

/** The files of a contract by their full path, the WSDL itself first. */
export type ContractFiles = ReadonlyMap<string, ContractFile>;

export const WSDL = "http://schemas.xmlsoap.org/wsdl/";
export const SCHEMA = "http://www.w3.org/2001/XMLSchema";

const MOST_FILES = 50;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads a WSDL and all it refers to. `edit` may change the text of each before it is read. Throws an Error that names file and
 * line: for what is no XML, lies outside the folder, or is to be fetched from elsewhere.
 */
export function readDocuments(wsdlFile: string, edit: (text: string) => string): ContractFiles {
  const files = new Map<string, ContractFile>();
  const folder = realpathSync(path.dirname(wsdlFile));
  const read = (file: string, kind: ContractFile["kind"]): void => {
    if (files.has(file)) return;
    if (files.size >= MOST_FILES) throw new Error(`${file}: a contract may have ${MOST_FILES} files`);
    const text = edit(textOf(file));
    const root = readTree(text, file);
    const references = referencesOf(root).map((one) => ({ ...one, target: placeOf(one, folder) }));
    files.set(file, { name: path.relative(folder, file).replaceAll(path.sep, "/"), kind, text, root, references });
    for (const reference of references) read(reference.target, reference.kind);
  };
  read(path.join(folder, path.basename(wsdlFile)), "wsdl");
  return files;
}

function textOf(file: string): string {
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${file}: a file of a contract may have ${MOST_BYTES} bytes`);
  return readFileSync(file, "utf8");
}

interface Reference {
  kind: ContractFile["kind"];
  element: XmlElement;
  /** The attribute that says where, and what it says. */
  attribute: string;
  location: string;
}

/** The imports and includes of a document, those of the schemas inside a WSDL among them. */
function referencesOf(root: XmlElement): Reference[] {
  return [root, ...root.children.filter((child) => child.name === "types").flatMap((types) => types.children)].flatMap((parent) =>
    parent.children.flatMap((element): Reference[] => {
      const kind = kindOf(element);
      if (kind === null) return [];
      const attribute = kind === "wsdl" ? "location" : "schemaLocation";
      const location = element.attributes.get(attribute);
      return location === undefined ? [] : [{ kind, element, attribute, location }];
    }),
  );
}

function kindOf({ namespace, name }: XmlElement): ContractFile["kind"] | null {
  if (namespace === WSDL && name === "import") return "wsdl";
  return namespace === SCHEMA && (name === "import" || name === "include" || name === "redefine") ? "schema" : null;
}

/** The file a reference means. */
function placeOf({ element, location }: Reference, folder: string): string {
  if (/^[a-z][a-z0-9+.-]*:|^[/\\]/i.test(location))
    throw wrong(element, `"${location}" is not a file beside the WSDL: put it there and name it without a path`);
  const file = path.resolve(path.dirname(element.file), location);
  const real = existing(file, element, location);
  if (!real.startsWith(folder + path.sep)) throw wrong(element, `"${location}" lies outside the folder of the WSDL`);
  return real;
}

function existing(file: string, element: XmlElement, location: string): string {
  try {
    return realpathSync(file);
  } catch {
    throw wrong(element, `there is no file "${location}" beside the WSDL`);
  }
}

/** An error about an element, with its file and line. */
export function wrong({ file, line }: XmlElement, what: string): Error {
  return new Error(`${file}:${line}: ${what}`);
}
