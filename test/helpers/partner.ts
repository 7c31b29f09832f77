// A partner's web server: remembers what it is sent, answers as a test tells it, and lets a test wait for the next request.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface PartnerRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Partner {
  url: string;
  port: number;
  server: Server;
  /** All requests so far, in order. */
  requests: PartnerRequest[];
  /** The request of this number, counted from one, as soon as it has come. */
  request(number: number): Promise<PartnerRequest>;
  /** The same, before it is answered. */
  begun(number: number): Promise<PartnerRequest>;
  close(): Promise<void>;
}

/** Answers one request; without it every answer is 204. */
export type PartnerAnswer = (request: PartnerRequest, response: ServerResponse) => void | Promise<void>;

export async function startPartner(
  answer: PartnerAnswer = (_, response) => void response.writeHead(204).end(),
): Promise<Partner> {
  const requests: PartnerRequest[] = [];
  const waiting = new Map<number, (request: PartnerRequest) => void>();
  const begun = new Map<number, (request: PartnerRequest) => void>();
  let answered = 0;
  const wait = async (list: Map<number, (request: PartnerRequest) => void>, number: number, enough: () => boolean) => {
    const there = requests[number - 1];
    if (there && enough()) return there;
    const { promise, resolve } = Promise.withResolvers<PartnerRequest>();
    list.set(number, resolve);
    return promise;
  };
  const server = createServer(async (incoming, response) => {
    const { method = "", url = "", headers } = incoming;
    const request = { method, path: url, headers, body: await text(incoming) };
    const number = requests.push(request);
    begun.get(number)?.(request);
    await answer(request, response);
    answered = Math.max(answered, number);
    waiting.get(number)?.(request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    requests,
    request: (number) => wait(waiting, number, () => answered >= number),
    begun: (number) => wait(begun, number, () => true),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close").catch(() => undefined);
    },
  };
}

/** Answers JSON. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
