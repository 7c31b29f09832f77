// Writes the types of the REST contract that the handlers are checked against; `--check` only tells whether they are current.
// They hold shapes alone, no words or examples: a change to the documentation leaves them as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { parse } from "yaml";

const CONTRACT = fileURLToPath(new URL("../openapi/gateway.yaml", import.meta.url));
const TYPES = fileURLToPath(new URL("../src/inbound/rest/contract-types.ts", import.meta.url));
const HEADER = `// The shapes of openapi/gateway.yaml as types. Made by scripts/contract-types.ts: change the contract, not this file.\n\n`;

const WORDS = new Set(["description", "summary", "title", "example", "examples", "externalDocs"]);
/** Whose keys are names that somebody gave, among which each of `WORDS` may be. */
const NAMED = new Set(["properties", "patternProperties", "schemas", "responses", "parameters", "headers", "requestBodies"]);

function withoutWords(node: unknown, named = false): unknown {
  if (Array.isArray(node)) return node.map((one) => withoutWords(one));
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => named || !WORDS.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutWords(value, !named && NAMED.has(key))]));
}

/** The text of the file as the contract has it now. */
async function currentTypes(): Promise<string> {
  const { openapi, info, paths, webhooks, components } = parse(readFileSync(CONTRACT, "utf8"));
  const shapes = withoutWords({ openapi, paths, webhooks, components }) as object;
  const definition = { ...shapes, info: { title: info.title, version: "0" } } as OpenAPI3;
  return HEADER + astToString(await openapiTS(definition, { silent: true }));
}

const current = await currentTypes();
if (!process.argv.includes("--check")) writeFileSync(TYPES, current);
else if (readFileSync(TYPES, "utf8") !== current) {
  console.error("src/inbound/rest/contract-types.ts is not what openapi/gateway.yaml says: run node scripts/contract-types.ts");
  process.exitCode = 1;
}
