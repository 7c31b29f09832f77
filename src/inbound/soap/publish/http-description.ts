// The part of a WSDL that tells of HTTP GET and form POST (WSDL 1.1 section 4), written as ASMX writes it: clients were generated
// from these very names. Never tells of an operation that cannot be called that way.
import { SCHEMA, WSDL } from "../contract/documents.ts";
import type { XmlElement } from "../contract/tree.ts";
import { escapeAttribute, escapeText } from "../write.ts";

export const WSDL_HTTP = "http://schemas.xmlsoap.org/wsdl/http/";
const WSDL_MIME = "http://schemas.xmlsoap.org/wsdl/mime/";

/** A way of calling, as the names of its parts in a WSDL have it. */
export interface HttpWay {
  name: "HttpGet" | "HttpPost";
  verb: "GET" | "POST";
}

export const HTTP_WAYS: readonly HttpWay[] = [
  { name: "HttpGet", verb: "GET" },
  { name: "HttpPost", verb: "POST" },
];

/** An operation that can be called so. */
export interface HttpOperation {
  name: string;
  documentation: string;
  parameters: readonly string[];
  /** Local name of the type of its result, which is the name of the answer's element too; null for no result. */
  result: string | null;
}

/** What the texts are written for: the service, its operations and the prefixes in force where they are put in. */
export interface HttpDescribed {
  service: string;
  operations: readonly HttpOperation[];
  names: Names;
}

/** How the names of a namespace are written in an attribute or tag; `declare` is what an element put in must declare for it. */
export interface Names {
  wsdl(name: string): string;
  http(name: string): string;
  mime(name: string): string;
  own(name: string): string;
  schema(name: string): string;
  declare: string;
}

/** The prefixes in force at an element, those of ASMX where they mean what ASMX means. */
export function namesAt(element: XmlElement, namespace: string): Names {
  const declared: string[] = [];
  const writer = (prefix: string, meant: string): ((name: string) => string) => {
    const isMeant = element.resolve(`${prefix}:x`).namespace === meant;
    const safe = isMeant ? prefix : `cd-${prefix}`;
    if (!isMeant) declared.push(` xmlns:${safe}="${escapeAttribute(meant)}"`);
    return (name) => `${safe}:${escapeAttribute(name)}`;
  };
  const names = {
    wsdl: writer("wsdl", WSDL),
    http: writer("http", WSDL_HTTP),
    mime: writer("mime", WSDL_MIME),
    own: writer("tns", namespace),
    schema: writer("s", SCHEMA),
  };
  return { ...names, declare: declared.join("") };
}

/** A line of XML at a depth, as ASMX indents. */
const line = (depth: number, text: string): string => `\n${"  ".repeat(depth)}${text}`;

/** The messages of each operation: its parameters, all of them texts, and its one result. */
export function messagesOf({ operations, names }: HttpDescribed, way: HttpWay): string {
  const message = (name: string, parts: readonly string[]): string => {
    const open = `<${names.wsdl("message")} name="${escapeAttribute(name)}"${names.declare}`;
    if (parts.length === 0) return line(1, `${open} />`);
    const inner = parts.map((part) => line(2, `<${names.wsdl("part")} ${part} />`)).join("");
    return line(1, `${open}>`) + inner + line(1, `</${names.wsdl("message")}>`);
  };
  return operations
    .map(({ name, parameters, result }) => {
      const given = parameters.map((one) => `name="${escapeAttribute(one)}" type="${names.schema("string")}"`);
      const answered = result === null ? [] : [`name="Body" element="${names.own(result)}"`];
      return message(`${name}${way.name}In`, given) + message(`${name}${way.name}Out`, answered);
    })
    .join("");
}

/** The port type of a way. */
export function portTypeOf({ service, operations, names }: HttpDescribed, way: HttpWay): string {
  const inner = operations.map(({ name, documentation }) => {
    const said = `<${names.wsdl("documentation")} xmlns:wsdl="${WSDL}">${escapeText(documentation)}</${names.wsdl("documentation")}>`;
    return [
      line(2, `<${names.wsdl("operation")} name="${escapeAttribute(name)}">`),
      documentation === "" ? "" : line(3, said),
      line(3, `<${names.wsdl("input")} message="${names.own(`${name}${way.name}In`)}" />`),
      line(3, `<${names.wsdl("output")} message="${names.own(`${name}${way.name}Out`)}" />`),
      line(2, `</${names.wsdl("operation")}>`),
    ].join("");
  });
  const open = `<${names.wsdl("portType")} name="${escapeAttribute(service)}${way.name}"${names.declare}>`;
  return line(1, open) + inner.join("") + line(1, `</${names.wsdl("portType")}>`);
}

/** The binding of a way: where each operation is, and how its parameters are sent. */
export function bindingOf({ service, operations, names }: HttpDescribed, way: HttpWay): string {
  const taken =
    way.verb === "GET"
      ? `<${names.http("urlEncoded")} />`
      : `<${names.mime("content")} type="application/x-www-form-urlencoded" />`;
  const inner = operations.map(({ name, result }) =>
    [
      line(2, `<${names.wsdl("operation")} name="${escapeAttribute(name)}">`),
      line(3, `<${names.http("operation")} location="/${escapeAttribute(name)}" />`),
      line(3, `<${names.wsdl("input")}>`) + line(4, taken) + line(3, `</${names.wsdl("input")}>`),
      result === null
        ? line(3, `<${names.wsdl("output")} />`)
        : line(3, `<${names.wsdl("output")}>`) +
          line(4, `<${names.mime("mimeXml")} part="Body" />`) +
          line(3, `</${names.wsdl("output")}>`),
      line(2, `</${names.wsdl("operation")}>`),
    ].join(""),
  );
  const called = `${service}${way.name}`;
  return [
    line(1, `<${names.wsdl("binding")} name="${escapeAttribute(called)}" type="${names.own(called)}"${names.declare}>`),
    line(2, `<${names.http("binding")} verb="${way.verb}" />`),
    ...inner,
    line(1, `</${names.wsdl("binding")}>`),
  ].join("");
}

/** The port: what stands before the address, and what after it. */
export function portOf({ service, names }: HttpDescribed, way: HttpWay): (address: string) => string {
  const called = `${service}${way.name}`;
  const open = line(
    2,
    `<${names.wsdl("port")} name="${escapeAttribute(called)}" binding="${names.own(called)}"${names.declare}>`,
  );
  const close = line(2, `</${names.wsdl("port")}>`);
  return (address) => open + line(3, `<${names.http("address")} location="${escapeAttribute(address)}" />`) + close;
}

/** The elements of the answers, one for each type. .NET has null for a text and none for a value. */
export function resultElements({ operations, names }: HttpDescribed, known: ReadonlySet<string>): string {
  const types = new Set(operations.flatMap(({ result }) => (result === null || known.has(result) ? [] : [result])));
  return [...types]
    .map((type) => {
      const nillable = type === "string" ? ' nillable="true"' : "";
      return line(
        3,
        `<${names.schema("element")} name="${escapeAttribute(type)}"${nillable} type="${names.schema(type)}"${names.declare} />`,
      );
    })
    .join("");
}
