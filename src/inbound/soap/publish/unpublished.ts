// Finds what of a contract's files is not published: operations that are not offered, descriptions of GET and POST that came with the
// file (they are written anew where they are on), and what only those use. Never takes what anything else uses.
import { type ContractFiles, SCHEMA, WSDL } from "../contract/documents.ts";
import { WSDL_HTTP } from "./http-description.ts";
import type { QName } from "../contract/schema.ts";
import type { XmlElement } from "../contract/tree.ts";

/** The children of a WSDL element that have this name. */
export function elementsOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.namespace === WSDL && child.name === name);
}

/** The elements to take away; of those inside one another the outer alone would do. */
export function unpublished(files: ContractFiles, hidden: ReadonlySet<string>): ReadonlySet<XmlElement> {
  const roots = [...files.values()].filter((file) => file.kind === "wsdl").map((file) => file.root);
  const all = (name: string): XmlElement[] => roots.flatMap((root) => elementsOf(root, name));
  const parts = { bindings: all("binding"), portTypes: all("portType"), messages: all("message"), services: all("service") };
  const gone = new Set<XmlElement>([...httpParts(parts), ...hiddenOperations(parts, hidden)]);
  const operations = parts.portTypes.flatMap((portType) =>
    elementsOf(portType, "operation").map((operation) => ({ operation, isGone: gone.has(portType) || gone.has(operation) })),
  );
  const messages = onlyGone(operations.map(({ operation, isGone }) => ({ isGone, names: messagesOf(operation) })));
  for (const message of parts.messages) if (messages.has(message.attributes.get("name") ?? "")) gone.add(message);
  for (const element of elementsOfMessages(files, parts.messages, gone)) gone.add(element);
  return gone;
}

interface Parts {
  bindings: readonly XmlElement[];
  portTypes: readonly XmlElement[];
  messages: readonly XmlElement[];
  services: readonly XmlElement[];
}

const nameOf = (element: XmlElement): string => element.attributes.get("name") ?? "";

/** The local name that an attribute refers to. */
function referredTo(element: XmlElement, attribute: string): string {
  return element.resolve(element.attributes.get(attribute) ?? "").name;
}

/** Bindings for HTTP, their ports, and the port types that no other binding has. */
function httpParts({ bindings, portTypes, services }: Parts): XmlElement[] {
  const isHttp = (binding: XmlElement): boolean =>
    binding.children.some((child) => child.namespace === WSDL_HTTP && child.name === "binding");
  const http = bindings.filter(isHttp);
  const names = new Set(http.map(nameOf));
  const bound = (some: readonly XmlElement[]): Set<string> => new Set(some.map((binding) => referredTo(binding, "type")));
  const ofHttp = bound(http);
  const ofOthers = bound(bindings.filter((binding) => !isHttp(binding)));
  const ports = services.flatMap((service) => elementsOf(service, "port"));
  return [
    ...http,
    ...ports.filter((port) => names.has(referredTo(port, "binding"))),
    ...portTypes.filter((one) => ofHttp.has(nameOf(one)) && !ofOthers.has(nameOf(one))),
  ];
}

function hiddenOperations({ bindings, portTypes }: Parts, hidden: ReadonlySet<string>): XmlElement[] {
  return [...bindings, ...portTypes]
    .flatMap((parent) => elementsOf(parent, "operation"))
    .filter((operation) => hidden.has(nameOf(operation)));
}

function messagesOf(operation: XmlElement): string[] {
  return operation.children.filter((child) => child.attributes.has("message")).map((child) => referredTo(child, "message"));
}

/** The names that only what goes uses. */
function onlyGone(users: readonly { isGone: boolean; names: readonly string[] }[]): ReadonlySet<string> {
  const used = (isGone: boolean): Set<string> =>
    new Set(users.filter((user) => user.isGone === isGone).flatMap((user) => [...user.names]));
  return used(true).difference(used(false));
}

const keyOf = ({ namespace, name }: QName): string => `${name} ${namespace}`;

/** The global elements that only parts of messages that go refer to. */
function elementsOfMessages(
  files: ContractFiles,
  messages: readonly XmlElement[],
  gone: ReadonlySet<XmlElement>,
): readonly XmlElement[] {
  const users = messages.map((message) => ({
    isGone: gone.has(message),
    names: elementsOf(message, "part")
      .filter((part) => part.attributes.has("element"))
      .map((part) => keyOf(part.resolve(part.attributes.get("element") ?? ""))),
  }));
  const all = [...files.values()].flatMap(({ root }) => schemaParts(root));
  const referred = all.filter((one) => one.attributes.has("ref"));
  const kept = { isGone: false, names: referred.map((one) => keyOf(one.resolve(one.attributes.get("ref") ?? ""))) };
  const names = onlyGone([...users, kept]);
  const schemas = all.filter((one) => one.name === "schema");
  return schemas.flatMap((schema) =>
    schema.children.filter(
      (child) =>
        child.name === "element" &&
        names.has(keyOf({ namespace: schema.attributes.get("targetNamespace") ?? "", name: nameOf(child) })),
    ),
  );
}

/** Every element of XML Schema in a file. */
function schemaParts(element: XmlElement): XmlElement[] {
  const inner = element.children.flatMap(schemaParts);
  return element.namespace === SCHEMA ? [element, ...inner] : inner;
}
