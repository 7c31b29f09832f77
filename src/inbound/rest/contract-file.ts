// The file of the OpenAPI contract, read into what makes the checks of each operation when they are first asked for.
import { readFileSync } from "node:fs";
import ajvFormats from "ajv-formats";
import { type Document, type Operation, OpenAPIRouter, OpenAPIValidator } from "openapi-backend";
import { jsonForm } from "../json-form.ts";

// Each validator is made with an Ajv of its own; leaving out the meta-schema makes them three times faster. What Ajv would do to make its
// code shorter takes a third of the making, and gains nothing that can be measured.
const AJV_OPTIONS = { allErrors: false, strict: false, meta: false, validateSchema: false, code: { optimize: false } };

/** A contract that was read. openapi-backend gathers all operations anew whenever it is asked for one. */
export interface ReadContract {
  operations: readonly Operation[];
  validator: OpenAPIValidator;
  /** A validator for bodies of an operation that have these fields and no others: made in a fraction of the time of one for all. */
  narrowValidator(operation: Operation, fields: readonly string[]): OpenAPIValidator;
}

/** Contracts that were read, by their text: the gateway and its site file need the same one. */
const read = new Map<string, ReadContract>();

/**
 * Reads the contract once in a process. Throws when it cannot be read. openapi-backend as a whole would read it twice and copy it, which
 * is a tenth of a start, and refuse what OpenAPI 3.1 allows: its router and its validator alone do neither.
 */
export function readContract(path: string): ReadContract {
  const text = readFileSync(jsonForm(path), "utf8");
  const known = read.get(text);
  if (known) return known;
  const definition = withoutReferences(JSON.parse(text) as Node) as unknown as Document;
  const router = new OpenAPIRouter({ definition });
  const narrowValidator = (operation: Operation, fields: readonly string[]): OpenAPIValidator => {
    const narrow = { ...definition, paths: { [operation.path]: { [operation.method]: narrowed(operation, fields) } } };
    return validatorOf(narrow as Document, new OpenAPIRouter({ definition: narrow as Document }));
  };
  const made = { operations: router.getOperations(), validator: validatorOf(definition, router), narrowValidator };
  read.set(text, made);
  return made;
}

function validatorOf(definition: Document, router: OpenAPIRouter): OpenAPIValidator {
  return new OpenAPIValidator({
    definition,
    router,
    ajvOpts: AJV_OPTIONS,
    customizeAjv: withFormats,
    lazyCompileValidators: true,
  });
}

/** The operation with no more of its body than the named fields. Throws for one that takes something else. */
function narrowed({ operationId, requestBody, parameters = [] }: Operation, fields: readonly string[]): Node {
  const { required, content } = (requestBody ?? {}) as { required?: boolean; content?: Record<string, { schema: Node }> };
  const schema = content?.["application/json"]?.schema;
  if (schema === undefined || parameters.length > 0) throw new Error(`${operationId} takes more, or less, than a body of JSON`);
  const known = Object.entries((schema["properties"] ?? {}) as Node);
  const properties = Object.fromEntries(known.filter(([name]) => fields.includes(name)));
  return { operationId, requestBody: { required, content: { "application/json": { schema: { ...schema, properties } } } } };
}

const MERGE_PATCH = "application/merge-patch+json";

interface Node {
  [name: string]: unknown;
}

/**
 * Puts what each `$ref` names in its place, the same object for all that name it. Validators are made for bodies of one JSON type alone,
 * so a patch is given that one as well; its own type stays the first.
 */
function withoutReferences(whole: Node): Node {
  const done = new Set<unknown>();
  const resolve = (value: unknown): unknown => {
    const { $ref } = isNode(value) ? value : {};
    return typeof $ref === "string" ? resolve(named(whole, $ref)) : value;
  };
  const walk = (node: Node): void => {
    if (done.has(node)) return;
    done.add(node);
    if (MERGE_PATCH in node) node["application/json"] = node[MERGE_PATCH];
    for (const [name, value] of Object.entries(node)) {
      const found = resolve(value);
      if (found !== value) node[name] = found;
      if (isNode(found)) walk(found);
    }
  };
  walk(whole);
  return whole;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}

/** What a reference inside the document points at (RFC 6901). Throws where there is nothing. */
function named(whole: Node, reference: string): unknown {
  const steps = reference.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = steps.slice(1).reduce<unknown>((node, step) => (isNode(node) ? node[step] : undefined), whole);
  if (steps[0] !== "#" || found === undefined) throw new Error(`the contract names ${reference}, which is not in it`);
  return found;
}

const withFormats: NonNullable<ConstructorParameters<typeof OpenAPIValidator>[0]["customizeAjv"]> = (ajv) => {
  ajvFormats.default(ajv);
  return ajv;
};
