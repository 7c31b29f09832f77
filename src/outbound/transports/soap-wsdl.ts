// Loads WSDL files of the one folder with the `soap` package and keeps what a call needs of each operation. Never reads
// outside the folder, never from the network; the package is given a client that only refuses.
import { realpathSync, statSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { SaxesParser } from "saxes";
import { Failure } from "../../core/errors.ts";
import { type Field, globalField, type Model, partField, type SchemaNode } from "./soap-shape.ts";
import { type SoapVersion, VERSIONS } from "./soap-xml.ts";

/** An operation ready to be called. */
export interface Operation {
  name: string;
  /** SOAPAction as the WSDL spells it, empty for none. */
  action: string;
  /** The one element of the body. */
  root: Field;
  /** Parameters of RPC style, the children of `root`; null for document style, where `root` tells. */
  parts: readonly Field[] | null;
  /** RPC with `use="encoded"`: values carry their type. */
  encoded: boolean;
  /** No answer is promised. */
  oneWay: boolean;
  /** Addresses by the version of the binding they stand under, and the first of all. */
  addresses: Readonly<Partial<Record<SoapVersion | "any", string>>>;
}

export interface WsdlFolder {
  /** The operation of a file; throws a `Failure` `invalid_request` that says what is there instead. */
  operation(file: string, name: string): Promise<Operation>;
}

interface Loaded {
  stamp: string;
  /** What cannot be called tells why when it is asked for; the others are not harmed. */
  operations: ReadonlyMap<string, Operation | Failure>;
}

const PLAIN_NAME = /^[\w-][\w .-]{0,119}$/;
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_IMPORTS = 100;
const MOST_FILES = 64;

const refuse = (why: string, cause?: unknown): Failure => new Failure("invalid_request", why, cause);

/** Files are read when they are first asked for, and again when they have changed; what could not be read is not remembered. */
export function openWsdlFolder(folder: string): WsdlFolder {
  const known = new Map<string, { stamp: string; loaded: Promise<Loaded> }>();
  const load = async (file: string): Promise<Loaded> => {
    const located = await locate(folder, file);
    const { stamp } = located;
    const kept = known.get(file);
    if (kept?.stamp === stamp) return kept.loaded;
    if (known.size >= MOST_FILES) known.delete(known.keys().next().value ?? "");
    const loaded = read(located).catch((error: unknown) => {
      known.delete(file);
      if (error instanceof Failure) throw error;
      throw refuse(`The WSDL ${file} cannot be used: ${(error as Error)?.message ?? String(error)}.`, error);
    });
    known.set(file, { stamp, loaded });
    return loaded;
  };
  return {
    async operation(file, name) {
      const { operations } = await load(file);
      const found = operations.get(name);
      if (found instanceof Failure) throw found;
      if (found !== undefined) return found;
      throw refuse(`${file} has no operation ${name}; it has ${[...operations.keys()].join(", ") || "none over SOAP"}.`);
    },
  };
}

interface Located {
  /** The folder, without links. */
  base: string;
  found: string;
  stamp: string;
}

/** The file a plain name means. A link may lead within the folder (mounted configuration is made so), never out of it. */
async function locate(folder: string, file: string): Promise<Located> {
  if (!PLAIN_NAME.test(file)) throw refuse("The WSDL is given as the plain name of a file in the folder of WSDLs.");
  try {
    const [base, found] = await Promise.all([realpath(folder), realpath(path.join(folder, file))]);
    if (!found.startsWith(base + path.sep)) throw new Error("it leads out of the folder");
    const { size, mtimeMs } = await stat(found);
    if (size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    return { base, found, stamp: `${found} ${size} ${mtimeMs}` };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file in the folder" : "it cannot be read";
    throw refuse(`The WSDL ${file} cannot be used: ${"code" in (error as object) ? why : (error as Error).message}.`, error);
  }
}

/** What the package's client knows, as far as it is used here. */
interface PackageModel {
  definitions: Model;
  services?: Readonly<
    Record<string, { ports: Readonly<Record<string, { location: string | null; binding: { methods: Methods } }>> }>
  >;
  toXML(): string;
}

type Methods = Readonly<Record<string, Method>>;

interface Method {
  input?: SchemaNode & { targetNamespace?: string; parts?: Readonly<Record<string, unknown>> | null };
  output?: unknown;
  inputSoap?: { use?: string } | null;
  style?: string;
  soapAction?: string;
}

async function read({ base, found, stamp }: Located): Promise<Loaded> {
  // The package brings an HTTP client and more along: loaded only where SOAP is called.
  const { createClientAsync } = await import("soap");
  let imports = 0;
  const client = await createClientAsync(found, {
    disableCache: true,
    httpClient: {
      request() {
        throw new Error("nothing is fetched here");
      },
    },
    wsdl_options: {
      overrideImportLocation: (_path: string, _from: string, location: string) => {
        if (++imports > MOST_IMPORTS) throw new Error(`it imports more than ${MOST_IMPORTS} files`);
        return importedFile(base, location);
      },
    },
  });
  const model = client.wsdl as unknown as PackageModel;
  return { stamp, operations: operationsOf(model, portVersions(model.toXML())) };
}

function importedFile(folder: string, location: string): string {
  const name = location.replace(/^\.\//, "");
  const advice = "save it in the folder of WSDLs and let the import name it by its plain name";
  if (!PLAIN_NAME.test(name)) throw new Error(`it imports ${location.slice(0, 200)}: ${advice}`);
  const file = path.join(folder, name);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`it imports ${name}, which is not there: ${advice}`);
  if (!realpathSync(file).startsWith(folder + path.sep)) throw new Error(`the imported ${name} leads out of the folder`);
  if (found.size > MOST_BYTES) throw new Error(`the imported ${name} has more than ${MOST_BYTES} bytes`);
  return file;
}

/** Which port speaks which version; the package forgets it. */
function portVersions(text: string): ReadonlyMap<string, SoapVersion> {
  const versions = new Map<string, SoapVersion>();
  const parser = new SaxesParser({ xmlns: true });
  let port = "";
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ local, uri, attributes }) => {
    if (local === "port") port = attributes["name"]?.value ?? "";
    if (local !== "address") return;
    if (uri === VERSIONS["1.1"].binding) versions.set(port, "1.1");
    if (uri === VERSIONS["1.2"].binding) versions.set(port, "1.2");
  });
  parser.write(text.replace(/^\ufeff/, "")).close();
  return versions;
}

function operationsOf(model: PackageModel, versions: ReadonlyMap<string, SoapVersion>): Loaded["operations"] {
  const found = new Map<string, Operation | Failure>();
  for (const service of Object.values(model.services ?? {})) {
    for (const [port, { location, binding }] of Object.entries(service.ports)) {
      for (const [name, method] of Object.entries(binding.methods)) {
        const operation = found.get(name) ?? operationOf(name, method, model.definitions);
        found.set(name, operation);
        if (operation instanceof Failure) continue;
        const address = location === null ? {} : { [versions.get(port) ?? "any"]: location, any: location };
        // The first port of a version counts.
        found.set(name, { ...operation, addresses: { ...address, ...operation.addresses } });
      }
    }
  }
  return found;
}

function operationOf(name: string, method: Method, model: Model & { $targetNamespace?: string }): Operation | Failure {
  const { input, soapAction = "", style = "document" } = method;
  const rest = { name, action: soapAction, oneWay: !method.output, addresses: {} };
  if (style === "rpc" || (input?.parts && input.name !== "element")) {
    const parts = Object.entries(input?.parts ?? {}).map(([part, type]) => partOf(model, part, type));
    const root = { ...partField(model, name, { prefixed: "string" }), namespace: model.$targetNamespace ?? "" };
    return { ...rest, root, parts, encoded: method.inputSoap?.use === "encoded" };
  }
  const root = globalField(model, input?.targetNamespace ?? "", input?.$name ?? "");
  if (root === null)
    return refuse(`The operation ${name} has no element for its request in the WSDL, where one namespace may have one schema.`);
  return { ...rest, root, parts: null, encoded: false };
}

/** The package gives a part as the prefixed name of its type, or as the type with its namespace in place of its prefixes. */
function partOf(model: Model, name: string, type: unknown): Field {
  if (typeof type !== "object" || type === null) return partField(model, name, { prefixed: String(type) });
  const node = type as SchemaNode;
  return partField(model, name, { node, namespace: typeof node.xmlns === "string" ? node.xmlns : "" });
}
