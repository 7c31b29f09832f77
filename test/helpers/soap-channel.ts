// The SOAP channel over stand-ins for admission and door, on a free port: each test sets what they do.
import { UNBOUND } from "./by.ts";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Failure } from "../../src/core/errors.ts";
import type { Caller, Door, Outcome, UnitInput } from "../../src/core/ports.ts";
import { type Contract, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { createSoapHandler } from "../../src/inbound/soap/handler.ts";
import type { Attachments } from "../../src/inbound/attachments.ts";
import type { Admission, Admit, Answered } from "../../src/inbound/visit.ts";
import { KEEPING } from "./kept.ts";

export const NAMESPACE = "http://tempuri.org/";
export const OPERATION = "ProcessInstanceTaskExternalAcknowledgement";
export const CALLER: Caller = { kind: "provider", provider: "acme", credential: "c" };
/** A whole request. */
export const BODY =
  '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>' +
  `<${OPERATION} xmlns="${NAMESPACE}"><taskId>T</taskId></${OPERATION}></s:Body></s:Envelope>`;

/** An admission that knows HTTP headers alone. */
function admissionBy(admit: Admit): Admission {
  const never = (): never => {
    throw new Failure("unauthenticated");
  };
  return Object.assign((request: IncomingMessage) => admit(request), {
    orStranger: (request: IncomingMessage) => admit(request),
    takesTokens: () => false,
    stillValid: () => true,
    byToken: never,
    bySecret: never,
  });
}

const NO_FILES: Attachments = {
  limitBytes: 0,
  taken: [],
  stage: () => Promise.reject(new Failure("internal")),
  discard: () => Promise.resolve(),
};

const DEFAULT = fileURLToPath(new URL("../../wsdl/WorkflowService.wsdl", import.meta.url));

/** Starts the channel; without being told otherwise everybody is admitted and the door fails. */
export async function startChannel(publicUrl: string | null, contract: Contract = loadContract(DEFAULT, NAMESPACE)) {
  const state = {
    outcome: (): Promise<Outcome> => Promise.reject(new Failure("internal")),
    admit: (() => ({ requestId: "req-1", address: "192.0.2.1", caller: CALLER, grant: UNBOUND })) as Admit,
    units: [] as UnitInput[],
    reports: [] as Answered[],
    lines: [] as unknown[],
  };
  const door: Door = {
    execute(unit) {
      state.units.push(unit);
      return state.outcome();
    },
  };
  const handler = createSoapHandler({
    door,
    admit: admissionBy((request) => state.admit(request)),
    attachments: NO_FILES,
    ...KEEPING,
    clock: () => Date.UTC(2026, 0, 1),
    report: (_visit, answered) => state.reports.push(answered),
    log: (...line) => state.lines.push(line),
    site: () => ({ providers: new Map() }),
    contracts: [contract],
    publicUrl,
  });
  const server = createServer((request, response) => void handler.handle(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${contract.path}`;
  return { state, handler, url, close: () => server.close() };
}

export type Channel = Awaited<ReturnType<typeof startChannel>>;
