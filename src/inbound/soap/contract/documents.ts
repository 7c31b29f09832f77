// The files of a contract: a WSDL and what it imports or includes, each read once, from the WSDL's own folder and nowhere else.
// Never fetches anything, and never leaves the folder.
import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { decode } from "../reading/charset.ts";
import { readTree, type XmlElement } from "./tree.ts";

/** One file, and its name as partners fetch it: the path inside the folder. */
export interface ContractFile {
  name: string;
  kind: "wsdl" | "schema";
  /** As it is published, in UTF-8. */
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
  const read = (file: string, kind: ContractFile["kind"]): ContractFile => {
    const text = edit(textOf(file));
    const root = readTree(text, file);
    const references = referencesOf(root).map((one) => ({ ...one, target: placeOf(one, folder) }));
    const document = { name: path.relative(folder, file).replaceAll(path.sep, "/"), kind, text, root, references };
    files.set(file, document);
    for (const reference of references) {
      if (!files.has(reference.target) && files.size >= MOST_FILES)
        throw wrong(reference.element, `a contract may have ${MOST_FILES} files`);
      checkNamespace(reference, files.get(reference.target) ?? read(reference.target, reference.kind));
    }
    return document;
  };
  read(path.join(folder, path.basename(wsdlFile)), "wsdl");
  return files;
}

/** What an XML declaration says of the encoding: it is published in another one than it was saved in. */
const ENCODING = /^(<\?xml\b[^>]{0,100}?\sencoding\s*=\s*)(["'])[\w.-]+\2/;

/** A file in whichever encoding it was saved: tools of Windows write UTF-16 too. */
function textOf(file: string): string {
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${file}:1: a file of a contract may have ${MOST_BYTES} bytes`);
  const text = decode(readFileSync(file), null);
  const at = text.indexOf("\ufffd");
  if (at >= 0)
    throw new Error(`${file}:${text.slice(0, at).split("\n").length}: this is not in the encoding it declares; save it as UTF-8`);
  return text.replace(ENCODING, "$1$2utf-8$2");
}

interface Reference {
  kind: ContractFile["kind"];
  element: XmlElement;
  /** The document element or schema that refers. */
  home: XmlElement;
  /** The attribute that says where, and what it says. */
  attribute: string;
  location: string;
}

/** The imports and includes of a document, those of the schemas inside a WSDL among them. */
function referencesOf(root: XmlElement): Reference[] {
  return [root, ...root.children.filter((child) => child.name === "types").flatMap((types) => types.children)].flatMap((home) =>
    home.children.flatMap((element): Reference[] => {
      const kind = kindOf(element);
      if (kind === null) return [];
      const attribute = kind === "wsdl" ? "location" : "schemaLocation";
      const location = element.attributes.get(attribute);
      if (location === undefined && (kind === "wsdl" || element.name === "include"))
        throw wrong(element, `${element.name} must say where the file is`);
      return location === undefined ? [] : [{ kind, element, home, attribute, location }];
    }),
  );
}

function kindOf({ namespace, name }: XmlElement): ContractFile["kind"] | null {
  if (namespace === WSDL && name === "import") return "wsdl";
  return namespace === SCHEMA && (name === "import" || name === "include") ? "schema" : null;
}

/**
 * The file a reference means. Links are followed before it is looked whether it lies in the folder, and each file has one
 * path: a mounted ConfigMap is nothing but links.
 */
function placeOf({ element, location }: Reference, folder: string): string {
  if (/^[a-z][a-z0-9+.-]*:|^[/\\]/i.test(location))
    throw wrong(element, `"${location}" is not a file beside the WSDL: put it there and name it without a path`);
  const file = path.resolve(path.dirname(element.file), location);
  if (!isWithin(file, folder) || !isWithin(existing(file, element, location), realpathSync(folder)))
    throw wrong(element, `"${location}" lies outside the folder of the WSDL`);
  return file;
}

function isWithin(file: string, folder: string): boolean {
  return file.startsWith(folder + path.sep);
}

function existing(file: string, element: XmlElement, location: string): string {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw wrong(element, `there is no file "${location}" beside ${path.basename(element.file)}`);
  return realpathSync(file);
}

/**
 * A file must be what its user takes it for: an import says the namespace it finds there, an include stays in its own
 * (XML Schema part 1, sections 4.2.1 and 4.2.3; WSDL 1.1 section 2.1.1).
 */
function checkNamespace({ element, home, location }: Reference, { root, kind }: ContractFile): void {
  const [name, namespace] = kind === "wsdl" ? ["definitions", WSDL] : ["schema", SCHEMA];
  if (root.name !== name || root.namespace !== namespace)
    throw wrong(root, `the root element must be ${kind === "wsdl" ? "wsdl:definitions" : "xs:schema"}`);
  const included = element.name === "include";
  const found = root.attributes.get("targetNamespace");
  if (included && found === undefined)
    throw wrong(
      root,
      "an included schema must say its targetNamespace itself: one that takes that of its user is not understood",
    );
  const wanted = included ? home.attributes.get("targetNamespace") : element.attributes.get("namespace");
  if (wanted !== found)
    throw wrong(element, `"${location}" has ${found ? `the namespace ${found}` : "no namespace"}, not ${wanted ?? "none"}`);
}

/** An error about an element, with its file and line. */
export function wrong({ file, line }: XmlElement, what: string): Error {
  return new Error(`${file}:${line}: ${what}`);
}
