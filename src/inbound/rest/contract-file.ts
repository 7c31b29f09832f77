// The file of the OpenAPI contract, read into what makes the checks of each operation when they are first asked for.
import { readFileSync } from "node:fs";
import ajvFormats from "ajv-formats";
import { OpenAPIBackend } from "openapi-backend";
import { jsonForm } from "../json-form.ts";

// Each validator is made with an Ajv of its own; leaving out the meta-schema makes them three times faster.
const AJV_OPTIONS = { allErrors: false, strict: false, meta: false, validateSchema: false };

/** A contract that was read. openapi-backend gathers all operations anew whenever it is asked for one. */
export interface ReadContract {
  operations: ReturnType<OpenAPIBackend["getOperations"]>;
  validator: OpenAPIBackend["validator"];
}

/** Contracts that were read, by their text: the gateway and its site file need the same one. */
const read = new Map<string, ReadContract>();

/** Reads the contract with openapi-backend, once in a process. Throws when it cannot be read. */
export function readContract(path: string): ReadContract {
  const text = readFileSync(jsonForm(path), "utf8");
  const known = read.get(text);
  if (known) return known;
  const definition = JSON.parse(text, asJson);
  // `quick` leaves out the check against the schema of OpenAPI 3.0, which refuses what 3.1 allows, and schemas of answers.
  const api = new OpenAPIBackend({
    definition,
    strict: true,
    quick: true,
    ajvOpts: AJV_OPTIONS,
    customizeAjv: withFormats,
  });
  // Without that check nothing is waited for: all is there when `init` returns its promise.
  api.init().catch(() => undefined);
  if (!api.initialized) throw new Error(`the contract ${path} cannot be read`);
  const made = { operations: api.getOperations(), validator: api.validator };
  read.set(text, made);
  return made;
}

const MERGE_PATCH = "application/merge-patch+json";

/** Validators are made for bodies of one JSON type alone, so a patch is one as well; its own type stays the first. */
function asJson(_key: unknown, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(MERGE_PATCH in value)) return value;
  return { ...value, "application/json": value[MERGE_PATCH] };
}

const withFormats: NonNullable<ConstructorParameters<typeof OpenAPIBackend>[0]["customizeAjv"]> = (ajv) => {
  ajvFormats.default(ajv);
  return ajv;
};
