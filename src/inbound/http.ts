// The one HTTP server: hands each request to the channel its path belongs to, bounds slow clients, ends gracefully.
// Holds no rule about content or callers, and never lets an error of a channel end the process.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { drawId } from "../lib/ids.ts";
import { errorText, type Log } from "../lib/log.ts";
import { requestIdOf } from "./request-id.ts";

type Handle = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface GatewayOptions {
  /** The SOAP channel and the paths that are its own (path without query, as sent). */
  soap: { matches(path: string): boolean; handle: Handle };
  /** The REST channel: everything at `/v1` and below. */
  rest: { handle: Handle };
  /** Pages for people: everything else. */
  pages: Handle;
  log: Log;
  /** Longest time for the header lines and for a whole request to arrive, in milliseconds. Defaults 10,000 and 30,000. */
  headersTimeoutMs?: number;
  requestTimeoutMs?: number;
  /** How long a connection under way may stand still before it is cut, in milliseconds. Default 60,000. */
  idleTimeoutMs?: number;
  /** How long `close` lets requests under way go on, in milliseconds. Default 10,000. */
  graceMs?: number;
  /** Default 10,000; more are closed as they come. */
  maxConnections?: number;
}

export interface Gateway {
  readonly server: Server;
  /** Listens and gives the address as `http://host:port`; port 0 takes any free one. */
  listen(port: number, host: string): Promise<string>;
  /** Takes no new connection, lets requests under way end, and cuts what is left after the grace. A second call waits for the same end. */
  close(): Promise<void>;
  /** Every answer from now on is the last of its connection: clients look for another gateway. */
  leave(): void;
  /** Requests that have no answer yet. */
  underWay(): number;
}

/** How long the rest of a body nobody reads is taken in, so that the client sees its answer before the end. */
const LINGER_MS = 2000;

export function createGateway(options: GatewayOptions): Gateway {
  const { log, headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options;
  const underWay = createUnderWay();
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(5000, headersTimeoutMs),
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16 * 1024,
  });
  server.maxConnections = options.maxConnections ?? 10_000;
  server.maxHeadersCount = 100;
  // A client may close its side after the request and still wait for the answer.
  (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
  // Nobody holds an answer by not reading it.
  server.timeout = options.idleTimeoutMs ?? 60_000;
  const choose = createChoice(options);
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    underWay.add(response);
    void serve(choose(pathOf(request.url ?? "/")), request, response, log);
  });
  server.on("clientError", (error: ClientError, socket: Duplex) => {
    if (!awaitAnswers(socket, underWay.all)) answerClientError(error, socket, log);
  });
  server.on("error", (error) => log("error", "http.failed", { error: errorText(error) }));
  return {
    server,
    listen: (port, host) => listen(server, port, host),
    ...createEnd(server, underWay.all, options.graceMs ?? 10_000),
    underWay: () => underWay.all.length,
  };
}

/**
 * Answers that are not over yet, in the order of their requests. No Set: one that is filled and emptied again and again leaves old tables
 * behind, each of which holds the next and whatever stood in it, so that every request would outlive many collections of young memory.
 */
function createUnderWay() {
  const all: ServerResponse[] = [];
  return {
    all: all as readonly ServerResponse[],
    add(response: ServerResponse): void {
      all.push(response);
      response.once("close", () => all.splice(all.indexOf(response), 1));
    },
  };
}

function createChoice({ soap, rest, pages }: GatewayOptions): (path: string) => Handle {
  return (path) => {
    if (path === "/v1" || path.startsWith("/v1/")) return rest.handle;
    return soap.matches(path) ? soap.handle : pages;
  };
}

/** The path of a request target, without query; of the absolute form (RFC 9112 section 3.2.2) as well. */
export function pathOf(target: string): string {
  if (!target.startsWith("/")) return URL.canParse(target) ? new URL(target).pathname : target;
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}

async function serve(handle: Handle, request: IncomingMessage, response: ServerResponse, log: Log): Promise<void> {
  try {
    await handle(request, response);
  } catch (error) {
    const requestId = requestIdOf(request);
    log("error", "http.unhandled", { requestId, error: errorText(error) });
    failPlainly(response, requestId);
  }
  if (!request.complete && response.writableEnded) linger(request);
}

function failPlainly(response: ServerResponse, requestId: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(500, { "content-type": "text/plain; charset=utf-8", "x-request-id": requestId });
  response.end("The gateway failed to handle the message.\n");
}

/** Takes in what is left of a refused body for a short while. Closing at once would reset the connection under the answer. */
function linger(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), LINGER_MS).unref();
  request.once("close", () => clearTimeout(timer)).resume();
}

const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Content Too Large",
};

/**
 * Requests that came whole before the nonsense on the same connection are being carried out: their answers go out, and the
 * connection ends behind the last. A 400 in their place would tell the sender of a stored message that it was refused.
 */
function awaitAnswers(socket: Duplex, underWay: readonly ServerResponse[]): boolean {
  const isWaited = ({ req, headersSent }: ServerResponse): boolean => req.socket === socket && req.complete && !headersSent;
  const last = underWay.findLast(isWaited);
  if (last !== undefined) last.shouldKeepAlive = false;
  return last !== undefined;
}

type ClientError = Error & { code?: string };

/** Answers what is no HTTP request at all. Says nothing of why: the bytes may be anybody's. The log has the id and what was wrong. */
function answerClientError(error: ClientError, socket: Duplex, log: Log): void {
  const { bytesWritten = 0 } = socket as Socket;
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  // In the middle of an answer nothing sensible can be written any more.
  if ("_httpMessage" in socket && socket._httpMessage && bytesWritten > 0) return void socket.destroy();
  const status = CLIENT_ERRORS[error.code ?? ""] ?? "400 Bad Request";
  const text = `${status.slice(4)}\n`;
  const requestId = drawId();
  const { remoteAddress: address } = socket as Socket;
  log("info", "http.refused", { requestId, address, status: Number.parseInt(status, 10), code: error.code });
  const type = "Content-Type: text/plain; charset=utf-8";
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nX-Request-Id: ${requestId}\r\n${type}\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
  );
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const { address, family, port: taken } = server.address() as AddressInfo;
      resolve(`http://${family === "IPv6" ? `[${address}]` : address}:${taken}`);
    });
  });
}

function createEnd(server: Server, underWay: readonly ServerResponse[], graceMs: number): Pick<Gateway, "leave" | "close"> {
  let closing: Promise<void> | undefined;
  let leaving = false;
  // A connection kept alive would outlast its last answer: each is told that this one is the last.
  const last = (response: ServerResponse): void => {
    response.shouldKeepAlive = false;
    // Only once nothing new is taken: whoever is about to send on an idle connection would find it reset.
    response.once("close", () => void (server.listening || server.closeIdleConnections()));
  };
  const leave = (): void => {
    if (leaving) return;
    leaving = true;
    for (const response of underWay) last(response);
    server.prependListener("request", (_request, response: ServerResponse) => last(response));
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) return resolve();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      leave();
    });
  return {
    leave,
    close() {
      closing ??= close();
      return closing;
    },
  };
}
