// A contract's files as partners fetch them: the operator's own text, with the address, the ways of calling that are on, and without the
// operations that are not offered. Changes nothing else of the text.
import { type ContractFile, type ContractFiles, SCHEMA, WSDL } from "../contract/documents.ts";
import { type Edit, edited, insertAt, withAddress, without } from "./edits.ts";
import {
  bindingOf,
  HTTP_WAYS,
  type HttpDescribed,
  type HttpOperation,
  type HttpWay,
  messagesOf,
  namesAt,
  portOf,
  portTypeOf,
  resultElements,
} from "./http-description.ts";
import { elementsOf, unpublished } from "./unpublished.ts";
import type { XmlElement } from "../contract/tree.ts";

/** What is published of a contract. */
export interface Publication {
  files: ContractFiles;
  name: string;
  namespace: string;
  /** Names of the operations that are not offered. */
  hidden: ReadonlySet<string>;
  /** The operations for GET and POST, in order. */
  httpOperations: readonly HttpOperation[];
  httpGet: boolean;
  httpPost: boolean;
}

/** Gives a file, by kind and name, for an address; null where there is no such file. The WSDL itself has the empty name. */
export type Published = (kind: ContractFile["kind"], name: string, address: string) => string | null;

/** Works out once what is published. */
export function publish(publication: Publication): Published {
  const { files } = publication;
  const edits = new Map<ContractFile, Edit[]>([...files.values()].map((file) => [file, linksOf(file, files)]));
  const gone = unpublished(files, publication.hidden);
  for (const [file, list] of edits)
    for (const element of gone) if (element.file === file.root.file) list.push(without(file.text, element));
  const ways = HTTP_WAYS.filter(({ verb }) => (verb === "GET" ? publication.httpGet : publication.httpPost));
  if (ways.length > 0 && publication.httpOperations.length > 0) describe(publication, { ways, gone, edits });
  const [main] = files.values();
  const texts = new Map([...edits].map(([file, list]) => [`${file.kind} ${file.name}`, edited(file.text, list)]));
  return (kind, name, address) => texts.get(`${kind} ${name === "" && kind === "wsdl" ? main?.name : name}`)?.(address) ?? null;
}

/** The addresses of the ports, and the places of the other files. */
function linksOf({ text, root, references }: ContractFile, files: ContractFiles): Edit[] {
  const ports = elementsOf(root, "service").flatMap((service) => elementsOf(service, "port"));
  const addresses = ports
    .flatMap((port) => port.children)
    .filter((child) => child.name === "address" && child.attributes.has("location"));
  return [
    ...addresses.map((address) => withAddress(text, address, "location")),
    ...references.map(({ element, attribute, target }) => {
      const { kind = "schema", name = "" } = files.get(target) ?? {};
      return withAddress(text, element, attribute, `?${kind}=${encodeURIComponent(name)}`);
    }),
  ];
}

interface Describing {
  ways: readonly HttpWay[];
  /** Elements that are taken away. */
  gone: ReadonlySet<XmlElement>;
  edits: ReadonlyMap<ContractFile, Edit[]>;
}

/** Puts in what tells of GET and POST: each kind of part behind the last of its kind, as ASMX has them. */
function describe(publication: Publication, { ways, gone, edits }: Describing): void {
  const { files, name, namespace, httpOperations } = publication;
  const [main] = files.values();
  if (main === undefined) return;
  const list = edits.get(main) ?? [];
  const described: HttpDescribed = { service: name, operations: httpOperations, names: namesAt(main.root, namespace) };
  const after = (kind: string): number => (elementsOf(main.root, kind).at(-1) ?? placeFor(main.root)).end;
  const each = (write: (of: HttpDescribed, way: HttpWay) => string): string => ways.map((way) => write(described, way)).join("");
  const inTypes = typesEdit(publication, gone);
  if (inTypes) edits.get(inTypes.file)?.push(inTypes.edit);
  list.push(insertAt(after("message"), each(messagesOf)), insertAt(after("portType"), each(portTypeOf)));
  list.push(insertAt(after("binding"), each(bindingOf)));
  const ports = elementsOf(main.root, "service").flatMap((service) => elementsOf(service, "port"));
  const last = ports.at(-1);
  if (last === undefined) return;
  const writers = ways.map((way) => portOf(described, way));
  list.push({ start: last.end, end: last.end, written: (address) => writers.map((write) => write(address)).join("") });
}

/** Where a part goes in a file that has none of its kind, as its others are imported: before the service. */
function placeFor(root: XmlElement): { end: number } {
  const before = root.children.filter((child) => child.namespace === WSDL && child.name !== "service");
  return before.at(-1) ?? { end: root.children[0]?.start ?? root.end };
}

/** The elements of the answers, at the end of the schema of the contract's namespace, or in a schema of their own. */
function typesEdit(publication: Publication, gone: ReadonlySet<XmlElement>): { file: ContractFile; edit: Edit } | null {
  const { files, namespace, httpOperations, name } = publication;
  const found = [...files.values()].flatMap((file) => schemasOf(file).map((schema) => ({ file, schema })));
  const home = found.find(({ schema }) => schema.attributes.get("targetNamespace") === namespace);
  const described = (at: XmlElement): HttpDescribed => ({
    service: name,
    operations: httpOperations,
    names: namesAt(at, namespace),
  });
  const last = home?.schema.children.at(-1);
  if (home && last) {
    const known = home.schema.children.filter((child) => child.name === "element" && !gone.has(child));
    const names = new Set(known.map((child) => child.attributes.get("name") ?? ""));
    return { file: home.file, edit: insertAt(last.end, resultElements(described(home.schema), names)) };
  }
  const [main] = files.values();
  const before = main && elementsOf(main.root, "types").at(-1)?.children.at(-1);
  if (main === undefined || before === undefined) return null;
  const { names } = described(main.root);
  const open = `\n    <${names.schema("schema")} elementFormDefault="qualified" targetNamespace="${namespace}"${names.declare}>`;
  const inner = resultElements(described(main.root), new Set());
  return { file: main, edit: insertAt(before.end, `${open}${inner}\n    </${names.schema("schema")}>`) };
}

/** The schemas of a file: itself, or those inside a WSDL. */
export function schemasOf({ kind, root }: ContractFile): readonly XmlElement[] {
  const all = kind === "schema" ? [root] : elementsOf(root, "types").flatMap((types) => types.children);
  return all.filter((one) => one.namespace === SCHEMA && one.name === "schema");
}
