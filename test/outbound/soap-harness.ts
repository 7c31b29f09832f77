// What the tests of SOAP calls share: a System, a parcel, the transport over real sockets, a partner that answers what it is
// told, and a folder of WSDLs.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createAuth } from "../../src/outbound/auth/auth.ts";
import { createGuard } from "../../src/outbound/guard.ts";
import type { Parcel, Transport } from "../../src/outbound/ports.ts";
import { createRequester } from "../../src/outbound/request.ts";
import { createSecretKeeper } from "../../src/outbound/secrets.ts";
import { createSoapTransport } from "../../src/outbound/transports/soap.ts";
import { DEFAULT_DELIVERY, type SoapApi, type System } from "../../src/store/outgoing.ts";

/** The contract of this gateway, which partners may have as well. */
export const OWN_WSDLS = fileURLToPath(new URL("../../wsdl", import.meta.url));
/** Contracts of other makes. */
export const FOREIGN_WSDLS = fileURLToPath(new URL("soap-wsdl", import.meta.url));

export const KEY = "0198a1b2-0000-7000-8000-000000000001";
const keeper = createSecretKeeper("0123456789abcdef");

export function systemWith(secrets: Record<string, string> = {}): System {
  return {
    name: "partner",
    active: true,
    description: "",
    provider: null,
    unrestricted: true,
    groups: [],
    projects: [],
    properties: { room: "b 1" },
    secrets,
    apis: {},
    values: {},
    limits: {},
    delivery: { ...DEFAULT_DELIVERY, timeoutMs: 5_000 },
  };
}

export function soapApi(more: Partial<SoapApi>): SoapApi {
  const rest = { auth: { kind: "none" }, answer: { reference: null, update: null }, headers: {}, url: null } as const;
  return { kind: "soap", wsdl: "WorkflowService.wsdl", operation: OPERATION, version: "1.1", ...rest, ...more };
}

export const OPERATION = "ProcessInstanceTaskExternalAcknowledgement";

/** The text a mapping gets for a secret. */
export function markerFor(name: string): string {
  return keeper.marker(name);
}

export interface ParcelOptions {
  api: SoapApi;
  value: unknown;
  secrets?: Record<string, string>;
  key?: string;
  attachments?: Parcel["attachments"];
}

export function parcelOf({ api, value, secrets = {}, key = KEY, attachments = [] }: ParcelOptions): Parcel {
  const input = {
    event: {},
    task: null,
    ticket: {},
    message: null,
    props: {},
    secrets: {},
    appFields: {},
    formFields: {},
    values: {},
  };
  const system = systemWith(secrets);
  return {
    delivery: { key, system: "partner", mapping: "m", task: "T-1", ticket: "1", event: "e", at: 0 },
    ...{ system, api, value, input, attachments },
    secrets: keeper.of(system),
  };
}

/** The transport with everything real but the guard's list, which lets it reach this machine. */
export function openTransport(folder: string, now: () => number = Date.now): Transport {
  const guard = createGuard({ resolve: async () => ["127.0.0.1"], allow: ["127.0.0.1:*"] });
  const requester = createRequester({ guard, proxy: null });
  const auth = createAuth({ requester, clock: now });
  const transport = createSoapTransport({ folder, requester, auth, clock: now, random: randomBytes });
  return {
    ...transport,
    async close() {
      await transport.close();
      auth.close();
      requester.close();
    },
  };
}

/** One request as a partner received it. */
export interface Received {
  headers: IncomingHttpHeaders;
  url: string;
  body: string;
}

export interface Partner {
  url: string;
  received: Received[];
  /** What it does with the next requests. */
  answer: (request: Received, response: ServerResponse, raw: IncomingMessage) => void;
  close(): void;
}

/** A partner on a free port that answers what the test tells it. */
export async function startPartner(): Promise<Partner> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const got = { headers: request.headers, url: request.url ?? "", body: Buffer.concat(chunks).toString() };
    partner.received.push(got);
    partner.answer(got, response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const partner: Partner = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/service`,
    received: [],
    answer: (_request, response) => void response.end(),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return partner;
}

export const NS_11 = "http://schemas.xmlsoap.org/soap/envelope/";
export const NS_12 = "http://www.w3.org/2003/05/soap-envelope";

/** An envelope of 1.1 around `content`. */
export function envelope(content: string, namespace: string = NS_11): string {
  return `<s:Envelope xmlns:s="${namespace}"><s:Body>${content}</s:Body></s:Envelope>`;
}
