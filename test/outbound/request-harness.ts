// Partners of every temper on 127.0.0.1, a forward proxy, and a requester that may call them.
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { createGuard } from "../../src/outbound/guard.ts";
import { createRequester, type Exchange, type HttpCall, type Requester } from "../../src/outbound/request.ts";
import type { Resolve } from "../../src/outbound/request-dns.ts";
import type { Certificate } from "./request-certificates.ts";

export interface Partner {
  port: number;
  /** Base URL with the address in it. */
  url: string;
  /** How many connections were made to it. */
  connections(): number;
  /** Cuts every connection there is now. */
  cut(): void;
}

async function started(t: TestContext, server: net.Server): Promise<Partner> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  t.after(() => {
    cut();
    server.close();
  });
  return { port, url: `http://127.0.0.1:${port}`, connections: () => connections, cut };
}

/** An HTTP server. */
export function httpPartner(t: TestContext, handler: http.RequestListener): Promise<Partner> {
  return started(t, http.createServer({ keepAliveTimeout: 60_000 }, handler));
}

/** An HTTPS server. */
export async function httpsPartner(t: TestContext, certificate: Certificate, handler: http.RequestListener): Promise<Partner> {
  const partner = await started(t, https.createServer({ ...certificate }, handler));
  return { ...partner, url: partner.url.replace("http:", "https:") };
}

/** A server that is handed each connection as soon as it is made. */
export function rawPartner(t: TestContext, handler: (socket: Socket) => void): Promise<Partner> {
  return started(t, net.createServer(handler));
}

/** A server that writes `answer` once a whole head has come, and then does what `then` says. */
export function cannedPartner(
  t: TestContext,
  answer: string | Buffer,
  then: (socket: Socket) => void = () => undefined,
): Promise<Partner> {
  return rawPartner(t, (socket) => {
    let head = "";
    socket.on("data", (chunk) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      head = "";
      socket.write(answer, () => then(socket));
    });
  });
}

/** A forward proxy that knows CONNECT alone. `asked` lists the targets with what came as authorization. */
export async function connectProxy(t: TestContext, refuse = false): Promise<Partner & { asked: string[] }> {
  const asked: string[] = [];
  const server = http.createServer((_request, response) => void response.writeHead(405).end());
  server.on("connect", (request, client: Socket, head: Buffer) => {
    asked.push(`${request.url} ${request.headers["proxy-authorization"] ?? "-"}`);
    if (refuse) {
      client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = net.connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => undefined).on("close", () => upstream.destroy());
  });
  return { ...(await started(t, server)), asked };
}

/** Answers every request with the same. */
export function answering(status: number, body = "", headers: Record<string, string> = {}): http.RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

/** Names every one of which is this machine. */
export const localNames = async (): Promise<readonly string[]> => ["127.0.0.1"];

export interface RequesterSetup {
  proxy?: string;
  ca?: readonly string[];
  allow?: readonly string[];
  resolve?: Resolve;
}

/** A requester that may call this machine on any port. */
export function makeRequester(t: TestContext, { proxy, ca, allow, resolve }: RequesterSetup = {}): Requester {
  const guard = createGuard({ resolve: resolve ?? localNames, allow: allow ?? ["127.0.0.0/8:*"] });
  const requester = createRequester({ guard, proxy: proxy ?? null, ...(ca ? { ca } : {}) });
  t.after(() => requester.close());
  return requester;
}

/** Sends a small POST; what `call` says takes the place of the usual. */
export function post(requester: Requester, url: string, call: Partial<HttpCall> = {}): Promise<Exchange> {
  return requester.send({ method: "POST", url, headers: {}, body: Buffer.from("hello"), timeoutMs: 20_000, ...call });
}

/** How it ended, in three words. */
export function endOf({ answer, trouble, reached }: Exchange): [status: number | null, trouble: string | null, reached: string] {
  return [answer?.status ?? null, trouble?.code ?? null, reached];
}
