// Every route of the gateway with what it demands, as a golden table, and the real app held to it: nobody comes in without credentials,
// with those of another, or with ones that are for something else. A new route fails here until it stands in the table.
// CROSSDESK_ROUTES=write writes the table anew.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SCOPES, type Scope } from "../../src/lib/scopes.ts";
import { contractApi, type Json, type RestTest, startRest } from "../wire/rest/client.ts";

const FILE = fileURLToPath(new URL("routes.txt", import.meta.url));
const KINDS = ["provider", "ticketing", "administrator"] as const;
type Kind = (typeof KINDS)[number];

interface Route {
  method: string;
  path: string;
  operation: string;
  callers: readonly Kind[];
  scope: Scope;
  body: string | null;
}

const api = await contractApi();
const routes: Route[] = api.getOperations().map((one: Json) => ({
  method: one.method.toUpperCase(),
  path: one.path,
  operation: one.operationId,
  callers: KINDS.filter((kind) => one["x-callers"].includes(kind)),
  scope: Object.values(one.security[0])[0] as unknown as Scope,
  body: one.requestBody ? (Object.keys(one.requestBody.content)[0] ?? null) : null,
}));

/** What is no operation of the contract. `-` are routes that everybody may read. */
const OTHERS: readonly (readonly string[])[] = [
  ["POST", "/Workflow/Webservice/WorkflowService.asmx", "provider", "tasks:write; a file attachments:write"],
  ["GET", "/Workflow/Webservice/WorkflowService.asmx", "-", "-"],
  ["GET", "/metrics", "administrator", "metrics:read"],
  ["GET", "/", "-", "-"],
  ["GET", "/reference", "-", "-"],
  ["GET", "/healthz", "-", "-"],
  ["GET", "/readyz", "-", "-"],
  ["GET", "/openapi.yaml", "-", "-"],
  ["GET", "/openapi.json", "-", "-"],
  ["GET", "/problems/forbidden", "-", "-"],
];

function table(): string {
  const rows = [
    ...routes
      .toSorted((one, other) => `${one.path} ${one.method}`.localeCompare(`${other.path} ${other.method}`, "en"))
      .map(({ method, path, callers, scope }) => [method, path, callers.join(" "), String(scope)]),
    ...OTHERS,
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return `${rows.map(line).join("\n")}\n`;
}

test("the routes are those of the table, with the holders and scopes it tells", () => {
  if (process.env["CROSSDESK_ROUTES"] === "write") writeFileSync(FILE, table());
  assert.equal(table(), readFileSync(FILE, "utf8"));
});

suite("every route", () => {
  let app: RestTest;
  const keys = {} as Record<Kind, { all: string; alerts: string; audit: string }>;
  before(async () => {
    app = await startRest();
    const admin = app.keys.admin;
    const make = async (holder: object, scope: Scope): Promise<string> => {
      const id = `${Object.values(holder)[0]}-${scope.replace(":", "-")}`;
      const got = await app.post("/v1/credentials", admin, { id, ...holder, apiKey: "generate", scopes: [scope] });
      assert.equal(got.status, 201, JSON.stringify(got.json));
      return got.json.secret;
    };
    const keysOf = async (all: string, holder: object) => ({
      ...{ all, alerts: await make(holder, "alerts:read"), audit: await make(holder, "audit:read") },
    });
    keys.provider = await keysOf(app.keys.acme, { provider: "acme" });
    keys.ticketing = await keysOf(app.keys.ticketing, { role: "ticketing" });
    keys.administrator = await keysOf(admin, { role: "administrator" });
  });
  after(() => app.close());

  /** Sends the call as anybody would who does not know what it takes. */
  const call = (route: Route, key?: string) => {
    const path = route.path.replace(/\{\w+\}/g, "x");
    const body = route.body === null ? {} : { body: { type: route.body === "*/*" ? "text/plain" : route.body, bytes: "{}" } };
    return app.send(route.method as "GET", path, { ...(key === undefined ? {} : { key }), ...body });
  };

  test("of the contract lets nobody in without credentials", async () => {
    for (const route of routes) {
      const got = await call(route);
      assert.deepEqual([got.status, got.json.code], [401, "unauthenticated"], route.operation);
    }
  });

  test("of the contract refuses the credentials of those it is not for", async () => {
    for (const route of routes) {
      for (const kind of KINDS.filter((one) => !route.callers.includes(one))) {
        const got = await call(route, keys[kind].all);
        assert.deepEqual([got.status, got.json.code], [403, "forbidden"], `${route.operation} by ${kind}`);
      }
    }
  });

  test("of the contract refuses credentials that are for something else, and says what is needed", async () => {
    for (const route of routes) {
      for (const kind of route.callers) {
        const { alerts, audit } = keys[kind];
        const got = await call(route, String(route.scope) === "audit:read" ? alerts : audit);
        const { code, scope } = got.json;
        assert.deepEqual(
          [got.status, code, scope],
          [403, "insufficient_scope", String(route.scope)],
          `${route.operation} by ${kind}`,
        );
        const challenge = `Bearer realm="Crossdesk", error="insufficient_scope", scope="${route.scope}"`;
        assert.equal(got.headers["www-authenticate"], challenge);
      }
    }
  });

  test("beside the contract is open to all, or asks for credentials as well", async () => {
    for (const [method = "", path = "", callers] of OTHERS) {
      const answer = await fetch(`${app.url}${path}`, { method });
      assert.equal(answer.status, callers === "-" ? 200 : 401, `${method} ${path}`);
      await answer.arrayBuffer();
    }
  });

  test("of the metrics is for administrators whose credentials are for it", async () => {
    const statusBy = async (key: string) => (await fetch(`${app.url}/metrics`, { headers: { "x-api-key": key } })).status;
    const { administrator, ticketing } = keys;
    const statuses = [ticketing.all, administrator.audit, administrator.all].map(statusBy);
    assert.deepEqual(await Promise.all(statuses), [403, 403, 200]);
  });

  test("of SOAP asks for credentials, and for those that are for it", async () => {
    const [[, path = ""] = []] = OTHERS;
    const send = (key?: string) =>
      fetch(`${app.url}${path}`, {
        method: "POST",
        headers: { "content-type": "text/xml", ...(key === undefined ? {} : { "x-api-key": key }) },
        body:
          '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
          '<ProcessInstanceTaskExternalUpdateMessage xmlns="http://tempuri.org/"><taskId>T</taskId><message>m</message>' +
          "</ProcessInstanceTaskExternalUpdateMessage></s:Body></s:Envelope>",
      });
    const codes: unknown[] = [];
    for (const key of [undefined, keys.provider.audit, keys.provider.all])
      codes.push((await send(key)).headers.get("x-crossdesk-code"));
    assert.deepEqual(codes, ["unauthenticated", "insufficient_scope", "unknown_task"]);
  });

  test("every scope of the contract is one of the list", () => {
    const { schemas } = (api.definition as Json).components;
    assert.deepEqual(schemas.Scope.enum, Object.keys(SCOPES));
  });
});
