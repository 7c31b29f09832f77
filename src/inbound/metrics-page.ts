// The page `/metrics`: on the gateway's own address for those whose credentials allow it, on an address of its own for whoever
// reaches that.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzip } from "node:zlib";
import { FAILURES, Failure } from "../core/errors.ts";
import { errorText, type Log } from "../lib/log.ts";
import { type Family, METRICS_TYPES, type MetricsFormat, writeMetrics } from "../lib/metrics.ts";
import { type Admit, demandScope } from "./visit.ts";

export interface MetricsParts {
  collect(): Promise<readonly Family[]>;
  log: Log;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers whoever shows credentials of an administrator. */
export function createMetricsPage({ admit, ...parts }: MetricsParts & { admit: Admit }): Handle {
  return async (request, response) => {
    try {
      const visit = await admit(request);
      if (visit.caller.kind !== "administrator") throw new Failure("forbidden");
      demandScope(visit, "metrics:read");
      await answer(parts, request, response);
    } catch (error) {
      refuse(parts, response, error);
    }
  };
}

const REFUSED: Readonly<Record<string, number>> = {
  ...{ unauthenticated: 401, forbidden: 403, insufficient_scope: 403, rate_limited: 429 },
  ...{ busy: 503, issuer_unavailable: 503, stopping: 503 },
};

function refuse({ log }: Pick<MetricsParts, "log">, response: ServerResponse, error: unknown): void {
  const code = error instanceof Failure ? error.code : "internal";
  const status = REFUSED[code] ?? 500;
  if (status === 500) log("error", "metrics.failed", { error: errorText(error) });
  const headers = {
    ...(status === 401 ? { "www-authenticate": 'Basic realm="Crossdesk", Bearer' } : {}),
    ...(status === 429 || status === 503 ? { "retry-after": "60" } : {}),
  };
  plain(response, status, { headers, text: `${FAILURES[code].says}\n` });
}

function plain(response: ServerResponse, status: number, { headers = {}, text }: { headers?: object; text: string }): void {
  response
    .writeHead(status, {
      ...{ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", "x-content-type-options": "nosniff" },
      ...headers,
    })
    .end(text);
}

const SMALL = 1024;

async function answer({ collect }: MetricsParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const format = formatOf(request);
  const text = writeMetrics(await collect(), format);
  const packed = text.length > SMALL && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const body = packed ? await gzipped(text) : text;
  const headers = {
    "content-type": METRICS_TYPES[format],
    vary: "accept, accept-encoding",
    "content-length": Buffer.byteLength(body),
  };
  response.writeHead(200, {
    ...headers,
    ...(packed ? { "content-encoding": "gzip" } : {}),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** OpenMetrics is given to who names it; who names several is content with it. */
function formatOf({ headers }: IncomingMessage): MetricsFormat {
  return /application\/openmetrics-text(?!\s*;[^,]*\bq=0(?:\.0*)?(?:,|;|$))/i.test(headers.accept ?? "") ? "openmetrics" : "text";
}

function gzipped(text: string): Promise<Buffer> {
  return new Promise((resolve, reject) => gzip(text, (error, packed) => (error ? reject(error) : resolve(packed))));
}

export interface MetricsServer {
  listen(port: number, host: string): Promise<string>;
  close(): Promise<void>;
}

/** A server that knows this page alone and asks nobody who they are: who may reach its address is the network's affair. */
export function createMetricsServer(parts: MetricsParts): MetricsServer {
  const server = createServer({ headersTimeout: 5000, requestTimeout: 5000, keepAliveTimeout: 65_000 }, (request, response) => {
    request.resume();
    if (request.url?.replace(/\?.*/, "") !== "/metrics") return plain(response, 404, { text: "There is nothing here.\n" });
    if (request.method !== "GET" && request.method !== "HEAD")
      return plain(response, 405, { headers: { allow: "GET, HEAD" }, text: "The metrics are read by GET.\n" });
    answer(parts, request, response).catch((error: unknown) => refuse(parts, response, error));
  });
  server.maxConnections = 100;
  server.on("error", (error) => parts.log("error", "metrics.failed", { error: errorText(error) }));
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once("error", reject).listen(port, host, () => {
          server.off("error", reject);
          const { address, family, port: taken } = server.address() as AddressInfo;
          resolve(`http://${family === "IPv6" ? `[${address}]` : address}:${taken}/metrics`);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
