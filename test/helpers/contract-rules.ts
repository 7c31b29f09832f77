// The rules of the REST contract as a document people read: each finds its own violations in any such document. Pure.

/** A part of an OpenAPI document. */
// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is what the rules find out about
export type Part = any;

export interface Rule {
  name: string;
  /** What breaks the rule, each with where; empty when all is well. */
  violations(definition: Part): string[];
}

export interface Described {
  id: string;
  method: string;
  path: string;
  operation: Part;
  /** Its own parameters and those of its path, without references. */
  parameters: Part[];
}

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];

/** What a reference leads to, else the part itself. */
export function resolve(definition: Part, part: Part): Part {
  if (typeof part?.["$ref"] !== "string") return part;
  return resolve(
    definition,
    part.$ref
      .slice(2)
      .split("/")
      .reduce((at: Part, step: string) => at?.[step], definition),
  );
}

/** Every operation under `paths`, or under `webhooks`. */
export function describedIn(definition: Part, where: "paths" | "webhooks" = "paths"): Described[] {
  return Object.entries<Part>(definition[where] ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const operation = item[method];
      const all = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      const parameters = all.map((one: Part) => resolve(definition, one));
      return { id: operation.operationId ?? `${method} ${path}`, method, path, operation, parameters };
    }),
  );
}

const everyOperation = (definition: Part): Described[] => [...describedIn(definition), ...describedIn(definition, "webhooks")];

interface Answer {
  where: string;
  status: string;
  response: Part;
}

/** Every answer of every operation, and of the operations that are sent. */
function answersOf(definition: Part): Answer[] {
  return describedIn(definition).flatMap(({ id, operation }) =>
    Object.entries<Part>(operation.responses ?? {}).map(([status, one]) => ({
      where: `${id} ${status}`,
      status,
      response: resolve(definition, one),
    })),
  );
}

function rule(name: string, violations: Rule["violations"]): Rule {
  return { name, violations };
}

/** The names of what `wrong` is true of. */
function named<T>(list: readonly T[], name: (one: T) => string, wrong: (one: T) => boolean): string[] {
  return list.filter(wrong).map(name);
}

/** A sentence, or several. */
const isProse = (text: unknown): boolean => typeof text === "string" && /^[^a-z][\s\S]*[.:]\s*$|^[`"(][\s\S]*\.\s*$/.test(text);
const hasExample = (media: Part): boolean => media.example !== undefined || Object.keys(media.examples ?? {}).length > 0;
const camel = (name: string): boolean => /^[a-z][A-Za-z0-9]*$/.test(name);

const WORDS: readonly Rule[] = [
  rule("an operation has an id, a summary without a full stop, and a description in sentences", (definition) =>
    named(
      everyOperation(definition),
      ({ id }) => id,
      ({ path, operation: { operationId, summary, description } }) =>
        // What is sent has no handler to be named after.
        (path.startsWith("/") && !operationId) || !/^[A-Z].{5,78}[^.\s]$/.test(summary ?? "") || !isProse(description),
    ),
  ),
  rule("the tags of an operation are described", (definition) => {
    const tags = new Set((definition.tags ?? []).filter((tag: Part) => isProse(tag.description)).map((tag: Part) => tag.name));
    const wrong = ({ operation }: Described) => !operation.tags?.length || !operation.tags.every((tag: string) => tags.has(tag));
    return named(everyOperation(definition), ({ id }) => id, wrong);
  }),
  rule("parameters are described", (definition) =>
    everyOperation(definition).flatMap(({ id, parameters }) =>
      named(
        parameters,
        ({ name }) => `${id} ${name}`,
        ({ description }) => !isProse(description),
      ),
    ),
  ),
  rule("headers and schemas of the components are described", (definition) =>
    ["headers", "schemas"].flatMap((kind) =>
      named(
        Object.entries<Part>(definition.components?.[kind] ?? {}),
        ([name]) => `${kind} ${name}`,
        ([, one]) => !isProse(one.description),
      ),
    ),
  ),
];

const EXAMPLES: readonly Rule[] = [
  rule("a body that is sent has an example", (definition) =>
    everyOperation(definition).flatMap(({ id, operation }) =>
      Object.entries<Part>(resolve(definition, operation.requestBody)?.content ?? {}).flatMap(([type, media]) =>
        hasExample(media) ? [] : [`${id} ${type}`],
      ),
    ),
  ),
  rule("a body that is answered has an example", (definition) =>
    answersOf(definition).flatMap(({ where, response }) =>
      Object.entries<Part>(response?.content ?? {}).flatMap(([type, media]) => (hasExample(media) ? [] : [`${where} ${type}`])),
    ),
  ),
];

/** Headers of what was asked for by a parameter, on what went well. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  Prefer: ["Preference-Applied", "X-Crossdesk-Event"],
  "Idempotency-Key": ["Idempotency-Replayed"],
};

const ANSWERS: readonly Rule[] = [
  rule("what a caller asks for by a header is told in the answer, which may be one without a body", (definition) =>
    describedIn(definition).flatMap(({ id, operation: { responses }, parameters }) => {
      const wanted = parameters.flatMap(({ name }) => ASKED[name] ?? []);
      const done = Object.keys(responses).filter((status) => /^2/.test(status));
      const missing = done.flatMap((status) =>
        wanted.filter((name) => !resolve(definition, responses[status]).headers?.[name]).map((name) => `${id} ${status} ${name}`),
      );
      // RFC 9110 section 15.3.5: a 200 has content.
      const brief = wanted.includes("Preference-Applied") && responses["200"] && !responses["204"] ? [`${id} 204`] : [];
      return [...missing, ...brief];
    }),
  ),
  rule("an answer is described, and carries the id of its request", (definition) =>
    named(
      answersOf(definition),
      ({ where }) => where,
      ({ response }) => !isProse(response?.description) || !response.headers?.["X-Request-Id"],
    ),
  ),
  rule("JSON that is read has a tag, and is not sent to who has it", (definition) =>
    named(
      describedIn(definition).filter(({ method, operation }) => method === "get" && operation.responses["200"]),
      ({ id }) => id,
      ({ operation: { responses } }) => {
        const { content, headers } = resolve(definition, responses["200"]);
        return content?.["application/json"] && !(headers?.ETag && responses["304"]);
      },
    ),
  ),
  rule("an error is a problem", (definition) =>
    named(
      answersOf(definition).filter(({ status }) => Number(status) >= 400),
      ({ where }) => where,
      ({ response }) =>
        response?.content?.["application/problem+json"]?.schema?.["$ref"] !== "#/components/schemas/Problem" ||
        Object.keys(response.content).length !== 1,
    ),
  ),
  rule("who shall wait is told how long, and who is not known how to show who it is", (definition) => {
    const HEADER: Readonly<Record<string, string>> = { 401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After" };
    const wrong = ({ status, response }: Answer) => HEADER[status] !== undefined && !response?.headers?.[HEADER[status]];
    return named(answersOf(definition), ({ where }) => where, wrong);
  }),
];

/** Names of fields wherever a schema has them. */
function fieldsIn(schema: Part, place: string): [string, string][] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = Object.keys(schema.properties ?? {}).map((name): [string, string] => [place, name]);
  const below = Object.entries<Part>(schema.properties ?? {}).flatMap(([name, one]) => fieldsIn(one, `${place}.${name}`));
  const parts = ["items", "additionalProperties", "then", "else"].flatMap((key) => fieldsIn(schema[key], place));
  const choices = ["anyOf", "oneOf", "allOf"].flatMap((key) => (schema[key] ?? []).flatMap((one: Part) => fieldsIn(one, place)));
  return [...own, ...below, ...parts, ...choices];
}

/** Any part with a key that has a blank in it: in YAML a comma in a text without quotes ends the text. */
function brokenKeys(part: Part, place: string): string[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === "example" || key === "examples" || key === "value"
      ? []
      : [...(/\s/.test(key) ? [`${place}/${key}`] : []), ...brokenKeys(value, `${place}/${key}`)],
  );
}

const NAMES: readonly Rule[] = [
  rule("no text was broken at its comma", (definition) => brokenKeys(definition, "")),
  rule("ids and parameters are in camel case, a GET lists, gets, finds or streams", (definition) =>
    describedIn(definition).flatMap(({ id, method, operation, parameters }) => [
      ...(camel(operation.operationId ?? "") && (method !== "get" || /^(list|get|find|search|stream)[A-Z]/.test(id)) ? [] : [id]),
      ...named(
        parameters.filter((one) => one.in === "path" || one.in === "query"),
        ({ name }) => `${id} ${name}`,
        ({ name }) => !camel(name),
      ),
    ]),
  ),
  rule("ids are unique", (definition) => {
    const ids = everyOperation(definition).map(({ id }) => id);
    return ids.filter((id, index) => ids.indexOf(id) !== index);
  }),
  rule("paths have lower case words with dashes, after the version", (definition) =>
    Object.keys(definition.paths).filter((path) => !/^\/v1(\/([a-z]+(-[a-z]+)*|\{[a-z][A-Za-z]*\}))+$/.test(path)),
  ),
  rule("the parts of a path are its path parameters", (definition) =>
    named(
      describedIn(definition),
      ({ id }) => id,
      ({ path, parameters }) => {
        const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).sort();
        const described = parameters.filter((one) => one.in === "path").map(({ name }) => name);
        return JSON.stringify(inPath) !== JSON.stringify(described.sort());
      },
    ),
  ),
  rule("schemas are named in capitals, their fields in camel case", (definition) =>
    Object.entries<Part>(definition.components?.schemas ?? {}).flatMap(([name, schema]) => [
      ...(/^[A-Z][A-Za-z0-9]*$/.test(name) ? [] : [name]),
      ...fieldsIn(schema, name)
        .filter(([, field]) => !camel(field))
        .map(([place, field]) => `${place}.${field}`),
    ]),
  ),
];

export const RULES: readonly Rule[] = [...WORDS, ...EXAMPLES, ...ANSWERS, ...NAMES];
