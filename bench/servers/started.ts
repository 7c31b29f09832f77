// The first line of every program that is measured: where it listens, in the words of the gateway's own log.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens on a free port of this machine and prints the line. */
export function listenAndTell(server: Server): void {
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    console.log(JSON.stringify({ event: "gateway.started", url: `http://127.0.0.1:${port}`, pid: process.pid }));
  });
}

/** An answer of the same size as the gateway's own to an acknowledgement. */
export const FIXED_ANSWER = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body><ProcessInstanceTaskExternalAcknowledgementResponse xmlns="http://tempuri.org/"><ProcessInstanceTaskExternalAcknowledgementResult>019a4b2c-7d1e-7a00-8000-5b1d2c3e4f50</ProcessInstanceTaskExternalAcknowledgementResult></ProcessInstanceTaskExternalAcknowledgementResponse></soap:Body></soap:Envelope>`;

export const CONTENT_TYPE = "text/xml; charset=utf-8";
