// SOAP calls whose end nobody knows, and calls that never left: what may have been carried out is not repeated.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { after, before, beforeEach, suite, test } from "node:test";
import type { Transport, TryOutcome } from "../../src/outbound/ports.ts";
import type { SoapApi } from "../../src/store/outgoing.ts";
import { envelope, OWN_WSDLS, openTransport, type Partner, parcelOf, soapApi, startPartner } from "./soap-harness.ts";

const NEVER = new AbortController().signal;

suite("SOAP calls that are lost", () => {
  let partner: Partner;
  let transport: Transport;
  before(async () => {
    partner = await startPartner();
    transport = openTransport(OWN_WSDLS);
  });
  after(async () => {
    await transport.close();
    partner.close();
  });
  beforeEach(() => {
    partner.received.length = 0;
  });

  function call(more: Partial<SoapApi> = {}, signal = NEVER): Promise<TryOutcome> {
    const api = soapApi({ url: partner.url, ...more });
    return transport.send(parcelOf({ api, value: { taskId: "T" } }), signal);
  }

  suite("a call that may have been carried out is not repeated", () => {
    const ends: readonly (readonly [string, (response: ServerResponse) => void])[] = [
      ["the connection is lost without an answer", (response) => void response.socket?.destroy()],
      ["the connection is reset", (response) => void response.socket?.resetAndDestroy()],
      [
        "the answer ends in its middle",
        (response) => {
          response.writeHead(200, { "content-length": "5000" });
          response.write(envelope("<R>1</R>"), () => response.socket?.destroy());
        },
      ],
      ["the answer is no HTTP", (response) => void response.socket?.end("nonsense\r\n\r\n")],
    ];
    for (const [name, end] of ends) {
      test(name, async () => {
        partner.answer = (_request, response) => end(response);
        const outcome = await call();
        assert.equal(outcome.class, "ambiguous", `${outcome.code} ${outcome.detail}`);
        assert.equal(partner.received.length, 1);
      });
    }

    test("no answer comes in time", async () => {
      partner.answer = () => undefined;
      const parcel = parcelOf({ api: soapApi({ url: partner.url }), value: {} });
      const system = { ...parcel.system, delivery: { ...parcel.system.delivery, timeoutMs: 1500 } };
      const outcome = await transport.send({ ...parcel, system }, NEVER);
      assert.deepEqual([outcome.class, outcome.code], ["ambiguous", "timeout"]);
    });

    test("the gateway stops meanwhile", async () => {
      const stopping = new AbortController();
      partner.answer = () => stopping.abort();
      assert.equal((await call({}, stopping.signal)).class, "ambiguous");
    });
  });

  test("what could not be sent at all is tried again, what may not be called is not", async () => {
    const gone = await startPartner();
    gone.close();
    assert.equal((await call({ url: gone.url })).class, "transient");
    const metadata = await call({ url: "http://169.254.169.254/" });
    assert.deepEqual([metadata.class, metadata.code], ["permanent", "forbidden_address"]);
    const lacking = await call({ auth: { kind: "basic", user: "u", password: "none" } });
    assert.deepEqual([lacking.class, partner.received.length], ["permanent", 0]);
  });
});
