// The rules every operation of the REST contract keeps: a handler each, words and examples, errors, limits as in the core.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { MOST_NAME } from "../../src/core/attachment.ts";
import { LIMITS } from "../../src/core/commands/command.ts";
import { FAILURES } from "../../src/core/errors.ts";
import { checkBody, loadContract } from "../../src/inbound/rest/contract.ts";
import { OPERATIONS as TYPED } from "../../src/inbound/rest/handlers/registry.ts";
import type { AnyOperation } from "../../src/inbound/rest/operation.ts";
import { PROBLEMS } from "../../src/inbound/rest/problem.ts";
import { DELIVERY_STATUSES, MOST_TRIES } from "../../src/store/views/delivery-search.ts";
import { QUEUE_STATUSES } from "../../src/store/views/queue-status.ts";
import { CONTRACT_PATH, contractApi, type Json, readContract } from "../wire/rest/client.ts";

const HANDLERS = fileURLToPath(new URL("../../src/inbound/rest/handlers/", import.meta.url));
const OPERATIONS: Readonly<Record<string, AnyOperation>> = TYPED;
const definition = readContract();
const api = await contractApi();
const operations: Json[] = api.getOperations();
const idOf = (operation: Json): string => operation.operationId;

suite("the REST contract", () => {
  test("is OpenAPI 3.1 and has every part it refers to", () => {
    assert.match(definition.openapi, /^3\.1\./);
    const refs = [...JSON.stringify(definition).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
    assert.ok(refs.length > 100);
    const missing = refs.filter((path) => path.split("/").reduce((at: Json, step) => at?.[step], definition) === undefined);
    assert.deepEqual(missing, []);
  });

  test("each operation has a handler in a file of its name, and the other way round", () => {
    const ids = operations.map(idOf).sort();
    assert.deepEqual(Object.keys(OPERATIONS).sort(), ids);
    const files = readdirSync(HANDLERS).filter((file) => file !== "registry.ts");
    assert.deepEqual(files.map((file) => file.replace(/\.ts$/, "")).sort(), ids);
  });

  test("a contract and handlers that do not fit are noticed at start", () => {
    const { getSite: _left, ...fewer } = OPERATIONS;
    assert.throws(() => loadContract(CONTRACT_PATH, fewer), /getSite, which nothing handles/);
    const more = { ...OPERATIONS, unheardOf: OPERATIONS.getSite as AnyOperation };
    assert.throws(() => loadContract(CONTRACT_PATH, more), /unheardOf/);
  });

  test("each operation has a summary, a tag and an example of its success", () => {
    for (const operation of operations) {
      assert.ok(operation.summary?.length > 5, idOf(operation));
      assert.ok(operation.tags?.length > 0, idOf(operation));
      if (hasContent(operation)) assert.ok(contentOf(successOf(operation)).example, idOf(operation));
    }
  });

  test("examples keep to their own schemas", () => {
    const contract = loadContract(CONTRACT_PATH, OPERATIONS);
    for (const operation of operations) {
      const [status] = Object.keys(operation.responses);
      if (hasContent(operation)) {
        const { errors } = api.validateResponse(contentOf(successOf(operation)).example, operation, Number(status));
        assert.equal(errors ?? null, null, `${idOf(operation)}: ${JSON.stringify(errors)}`);
      }
      const body = jsonBody(operation);
      if (!body) continue;
      assert.ok(body.example, `${idOf(operation)} has no example of its body`);
      const params = {
        path: Object.fromEntries(pathNames(operation.path).map((name) => [name, "X"])),
        query: {},
        header: {},
        cookie: {},
      };
      const route = contract.routes.find((one) => one.operationId === idOf(operation));
      assert.doesNotThrow(() => route?.check({ ...params, requestBody: body.example }), idOf(operation));
    }
  });

  test("each operation tells which errors it may answer", () => {
    for (const operation of operations) {
      const wanted = ["400", "401", "403", "429", "500", "503"];
      if (/\{(taskId|mailbox|ticketId|system|deliveryId|mapping|attachmentId)\}/.test(operation.path)) wanted.push("404");
      if (operation.requestBody) wanted.push("413", "415");
      if (operation.method === "post" && /tasks|tickets/.test(operation.path)) wanted.push("409", "422");
      if (operation.method === "post" && /\{deliveryId\}/.test(operation.path)) wanted.push("409");
      assert.deepEqual(
        wanted.filter((status) => !operation.responses[status]),
        [],
        idOf(operation),
      );
    }
  });

  test("each POST that goes through the door takes an Idempotency-Key", () => {
    const posts = operations.filter(({ method, path }) => method === "post" && /tasks|tickets/.test(path));
    assert.ok(posts.length >= 8);
    for (const operation of posts) {
      assert.ok(
        operation.parameters.some((one: Json) => one.name === "Idempotency-Key"),
        idOf(operation),
      );
    }
  });

  test("bodies take no field that is not described", () => {
    const open: string[] = [];
    const walk = (schema: Json, place: string): void => {
      if (schema?.type === "object" && schema.additionalProperties === undefined) open.push(place);
      for (const [name, part] of Object.entries(schema?.properties ?? {})) walk(part, `${place}.${name}`);
      for (const part of schema?.anyOf ?? []) walk(part, place);
      if (schema?.items) walk(schema.items, `${place}[]`);
    };
    for (const operation of operations) walk(jsonBody(operation)?.schema, idOf(operation));
    assert.deepEqual(open, []);
  });

  test("texts have the core's limits", () => {
    const { schemas, parameters } = definition.components;
    const limits: [string, Json, number][] = [
      ["number", schemas.NewNumber.maxLength, LIMITS.number],
      ["taskId", parameters.taskId.schema.maxLength, LIMITS.number],
      ["ticketId", parameters.ticketId.schema.maxLength, LIMITS.number],
      ["reference", schemas.ExternalReference.maxLength, LIMITS.reference],
      ["subject", schemas.Subject.maxLength, LIMITS.subject],
      ["priority", schemas.Priority.maxLength, LIMITS.priority],
      ["requester", schemas.Requester.maxLength, LIMITS.requester],
      ["text", schemas.Text.maxLength, LIMITS.text],
      ["optional text", schemas.OptionalText.maxLength, LIMITS.text],
      ["reason", schemas.Reason.maxLength, LIMITS.reason],
      ["file name", schemas.FileName.maxLength, MOST_NAME],
      ["custom names", schemas.CustomFields.maxProperties, LIMITS.customNames],
      ["custom name", schemas.CustomFields.propertyNames.maxLength, LIMITS.customName],
      ["custom value", schemas.CustomFields.additionalProperties.maxLength, LIMITS.customValue],
    ];
    for (const [name, contract, core] of limits) assert.equal(contract, core, name);
  });

  test("statuses are those of the store", () => {
    const { schemas } = definition.components;
    assert.deepEqual(schemas.QueueStatus.enum, QUEUE_STATUSES);
    assert.deepEqual(schemas.DeliveryStatus.enum, DELIVERY_STATUSES);
    assert.equal(schemas.DeliveryDetail.properties.tries.maxItems, MOST_TRIES);
  });

  test("what touches the outgoing way is for administrators alone", () => {
    const interfaces = operations.filter((operation) => operation.tags.includes("interfaces"));
    assert.ok(interfaces.length >= 12);
    for (const operation of interfaces)
      assert.deepEqual(OPERATIONS[idOf(operation)]?.callers, ["administrator"], idOf(operation));
  });

  test("every failure has a status and a title", () => {
    for (const code of Object.keys(FAILURES)) {
      const problem = PROBLEMS[code];
      assert.ok(problem && problem.status >= 400 && problem.status <= 599 && problem.title, code);
    }
  });

  test("only what may safely be sent again by itself asks for it", () => {
    assert.equal(PROBLEMS.outcome_unknown?.status, 500);
    for (const code of ["busy", "stopping", "store_unavailable", "store_conflict"]) assert.equal(PROBLEMS[code]?.status, 503);
  });

  test("a document can be checked on its own", () => {
    const contract = loadContract(CONTRACT_PATH, OPERATIONS);
    assert.doesNotThrow(() => checkBody(contract, "applySite", { providers: [{ name: "acme" }] }));
    assert.throws(() => checkBody(contract, "applySite", { providers: "acme" }), /providers: must be array/);
  });
});

function successOf(operation: Json): Json {
  const [status = ""] = Object.keys(operation.responses);
  assert.match(status, /^20[014]$/, idOf(operation));
  return operation.responses[status];
}

/** What is removed is answered without any. */
const hasContent = (operation: Json): boolean => !("204" in operation.responses);

/** The body of an operation, JSON or a patch of it. */
const jsonBody = ({ requestBody }: Json): Json =>
  requestBody?.content["application/json"] ?? requestBody?.content["application/merge-patch+json"];

/** The one kind of content of an answer. */
function contentOf({ content }: Json): Json {
  const [first] = Object.values<Json>(content);
  return first;
}

function pathNames(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
}
