// Writes what is made of the REST contract: as JSON, which the gateway reads in no time at its start, and as the types that the
// handlers are checked against. `--check` only tells whether both are current. The types hold shapes alone, no words or examples.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { parse } from "yaml";

const CONTRACT = fileURLToPath(new URL("../openapi/gateway.yaml", import.meta.url));
const JSON_FORM = fileURLToPath(new URL("../openapi/gateway.json", import.meta.url));
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

interface Definition {
  openapi: string;
  info: { title: string };
  paths: object;
  webhooks: object;
  components: object;
}

async function typesOf({ openapi, info, paths, webhooks, components }: Definition): Promise<string> {
  const shapes = withoutWords({ openapi, paths, webhooks, components }) as object;
  const definition = { ...shapes, info: { title: info.title, version: "0" } } as OpenAPI3;
  return HEADER + astToString(await openapiTS(definition, { silent: true }));
}

const definition = parse(readFileSync(CONTRACT, "utf8")) as Definition;
const made = { [JSON_FORM]: `${JSON.stringify(definition, null, 1)}\n`, [TYPES]: await typesOf(definition) };
for (const [file, text] of Object.entries(made)) {
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`${file} is not what openapi/gateway.yaml says: run node scripts/contract-types.ts`);
    process.exitCode = 1;
  }
}
