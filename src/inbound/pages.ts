// The pages a person or a monitor opens: what this is, whether it lives, the REST contract. Shows nothing about tasks,
// callers or settings: everybody may read them.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import express, { type ErrorRequestHandler, type Express, type Response } from "express";
import { escapeHtml, page } from "../lib/html.ts";
import { addReference } from "./reference/page.ts";
import type { MarkOrigin } from "./cors.ts";
import { requestIdOf } from "./request-id.ts";
import { jsonForm } from "./json-form.ts";

export interface PagesOptions {
  /** The OpenAPI contract, YAML; its JSON stands beside it. */
  contractPath: string;
  /** Whether the process is on its way down: from then on it is not ready. */
  stopping(): boolean;
  /** Whether the store can be reached: a rejection says no. Asked at most once a second. */
  reach(): Promise<unknown>;
  /** Answers `/metrics`. */
  metrics(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Titles and status of the problem types, by code. */
  problems: Readonly<Record<string, { status: number; title: string }>>;
  /** Lets pages of other origins read the contract; null or absent for none. */
  markOrigin?: MarkOrigin | null;
  /** Where access tokens come from (RFC 9728); null where none are taken. */
  resource?: (request: IncomingMessage) => object | null;
  /** More links for the first page. */
  links?: readonly { href: string; text: string }[];
}

const READY_FOR_MS = 1000;

/** Makes the pages as an Express app. Reads the contract once. */
export function createPages(options: PagesOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", "strong");
  app.use((request, response, next) => {
    if (request.path.startsWith("/openapi.")) options.markOrigin?.(request, response, "GET, HEAD");
    response.set({
      "x-request-id": requestIdOf(request),
      "content-security-policy":
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    next();
  });
  addHealth(app, options);
  app.get("/metrics", options.metrics);
  addContract(app, options.contractPath);
  addReference(app);
  addPapers(app, options);
  app.get("/.well-known/oauth-protected-resource", (request, response) => {
    const resource = options.resource?.(request) ?? null;
    if (resource === null) return plain(response, 404, "No access tokens are taken here.");
    response.set("cache-control", "no-store").json(resource);
  });
  app.use((_request, response) => plain(response, 404, "There is nothing here."));
  app.use(answerError);
  return app;
}

function plain(response: Response, status: number, text: string): void {
  response.status(status).type("text/plain").send(`${text}\n`);
}

/** Monitors learn one word: what is wrong inside is nobody's business who shows no credentials. */
function addHealth(app: Express, { stopping, reach }: PagesOptions): void {
  const isReachable = createReachable(reach);
  app.get("/healthz", (_request, response) => plain(response.set("cache-control", "no-store"), 200, "ok"));
  app.get("/readyz", async (_request, response) => {
    const well = !stopping() && (await isReachable()) && !stopping();
    plain(response.set("cache-control", "no-store"), well ? 200 : 503, well ? "ready" : "not ready");
  });
}

/** A database that hangs is as good as none. */
const PATIENCE_MS = 2000;

/** Keeps the answer for a moment, so that a stranger's calls do not become queries. */
function createReachable(reach: PagesOptions["reach"]): () => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve(false);
  return () => {
    if (performance.now() - askedAt >= READY_FOR_MS) {
      askedAt = performance.now();
      const reached = reach().then(
        () => true,
        () => false,
      );
      answer = Promise.race([reached, delay(PATIENCE_MS, false, { ref: false })]);
    }
    return answer;
  };
}

function addContract(app: Express, contractPath: string): void {
  const yaml = readFileSync(contractPath, "utf8");
  const json = readFileSync(jsonForm(contractPath), "utf8");
  app.get("/openapi.yaml", (_request, response) => void response.type("application/yaml").send(yaml));
  app.get("/openapi.json", (_request, response) => void response.type("application/json").send(json));
}

function addPapers(app: Express, { problems, links = [] }: PagesOptions): void {
  const listed = [
    ...links,
    { href: "/reference", text: "REST reference, to read and to try" },
    { href: "/openapi.yaml", text: "REST contract (OpenAPI, YAML)" },
    { href: "/openapi.json", text: "REST contract (JSON)" },
  ];
  const items = listed.map(({ href, text }) => `<li><a href="${escapeHtml(href)}">${escapeHtml(text)}</a></li>`);
  const about = "<p>A ticket-exchange gateway between a service desk and its providers.</p>";
  const start = page("Crossdesk", `<h1>Crossdesk</h1>${about}<ul>${items.join("")}</ul>`);
  app.get("/", (_request, response) => void response.type("html").send(start));
  app.get("/problems/:code", (request, response) => {
    const problem = Object.hasOwn(problems, request.params.code) ? problems[request.params.code] : undefined;
    if (problem === undefined) return plain(response, 404, "There is no such problem type.");
    const text = `<h1>${escapeHtml(request.params.code)}</h1><p>HTTP status ${problem.status}. ${escapeHtml(problem.title)}</p>`;
    response.type("html").send(page(request.params.code, text));
  });
}

/** A path that cannot be decoded is the client's fault; nothing else is told. */
const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  const bad = error instanceof URIError || (error instanceof Error && "status" in error && error.status === 400);
  plain(response, bad ? 400 : 500, bad ? "The path cannot be read." : "The gateway failed to make this page.");
};
