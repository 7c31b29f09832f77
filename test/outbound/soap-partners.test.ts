// SOAP calls to servers of other makers, with WS-Security checked by them: PHP's SoapServer and the `soap` package.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { listen, passwordDigest } from "soap";
import type { Transport } from "../../src/outbound/ports.ts";
import type { SoapApi } from "../../src/store/outgoing.ts";
import { lacking, program } from "../helpers/packages.ts";
import {
  FOREIGN_WSDLS,
  KEY,
  OPERATION,
  OWN_WSDLS,
  openTransport,
  type Partner,
  parcelOf,
  soapApi,
  startPartner,
} from "./soap-harness.ts";

const NEVER = new AbortController().signal;
const SCRIPT = fileURLToPath(new URL("soap-partner.php", import.meta.url));
const SECRETS = { desk: 'p<ä&"ss' };

suite("a partner made with PHP", { skip: lacking("php") }, () => {
  let partner: Partner;
  let transport: Transport;
  let password = "";
  let wsdl = "Desk.wsdl";
  before(async () => {
    partner = await startPartner();
    transport = openTransport(FOREIGN_WSDLS);
    partner.answer = async ({ body }, response) => {
      const php = spawn(program("php"), [SCRIPT, `${FOREIGN_WSDLS}/${wsdl}`, password], { stdio: ["pipe", "pipe", "inherit"] });
      php.stdin.end(body);
      const xml = await text(php.stdout);
      response.writeHead(xml.includes("Fault>") ? 500 : 200, { "content-type": "text/xml; charset=utf-8" }).end(xml);
    };
  });
  after(async () => {
    await transport.close();
    partner.close();
  });

  const call = (value: unknown, more: Partial<SoapApi> = {}) => {
    const api = soapApi({ wsdl, operation: "Create", url: partner.url, ...more });
    return transport.send(parcelOf({ api, value, secrets: SECRETS }), NEVER);
  };

  for (const version of ["1.1", "1.2"] as const) {
    test(`it reads every parameter over SOAP ${version}`, async () => {
      const ticket = { Id: "1", Title: "Ü <&> \r\n😀", Parts: [{ Name: "a", "@kind": "k" }], Room: "5", Opened: null };
      const value = { tags: { string: ["x", "y"] }, note: { text: "<![CDATA[t]]>", open: true }, ticket };
      const outcome = await call(value, { version });
      assert.equal(outcome.class, "done", outcome.detail ?? "");
      const body = outcome.parsed?.body as Record<string, Record<string, string>>;
      const { seen, parameters } = JSON.parse(body["CreateResponse"]?.["CreateResult"] ?? "");
      assert.deepEqual(seen, { id: `urn:uuid:${KEY}` });
      assert.deepEqual(parameters, {
        ticket: { Id: "1", Title: "Ü <&> \r\n😀", Parts: { Name: "a", kind: "k" }, Room: "5", Opened: null },
        note: { text: "<![CDATA[t]]>", level: 3, open: true },
        tags: { string: ["x", "y"] },
      });
    });

    for (const digest of [true, false]) {
      test(`it accepts a UsernameToken ${digest ? "with a digest" : "in clear"} over SOAP ${version}`, async () => {
        password = SECRETS.desk;
        const auth: SoapApi["auth"] = { kind: "wsse", user: "desk", password: "desk", digest };
        const outcome = await call({}, { auth, version });
        assert.equal(outcome.class, "done", outcome.detail ?? "");
        assert.doesNotMatch(outcome.request, /p<ä|p&lt;ä/);
        const refused = await call({}, { auth: { ...auth, user: "other" }, version });
        assert.deepEqual([refused.class, refused.code], ["permanent", "soap_fault"]);
        assert.match(refused.detail ?? "", /Who are you\?/);
        password = "";
      });
    }
  }

  test("it reads the parameters of RPC style in their places", async () => {
    wsdl = "Old.wsdl";
    const outcome = await call({ place: { city: "Bonn" }, subject: "S" }, { operation: "open" });
    assert.equal(outcome.class, "done", outcome.detail ?? "");
    const body = outcome.parsed?.body as Record<string, Record<string, Record<string, string> | string>>;
    const number = body["openResponse"]?.["number"];
    const answer = typeof number === "string" ? number : number?.["#text"];
    assert.deepEqual(JSON.parse(answer ?? ""), ["S", null, { city: "Bonn" }]);
  });
});

suite("a partner made with the soap package", () => {
  test("it checks a UsernameToken and answers", async () => {
    const http = createServer((_request, response) => void response.writeHead(404).end());
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const seen: unknown[] = [];
    const acknowledge = (input: unknown) => {
      seen.push(input);
      return { [`${OPERATION}Result`]: "id-7" };
    };
    const port = { [OPERATION]: acknowledge };
    const server = listen(http, {
      path: "/service",
      services: { WorkflowService: { WorkflowServiceSoap: port, WorkflowServiceSoap12: port } },
      xml: readFileSync(`${OWN_WSDLS}/WorkflowService.wsdl`, "utf8"),
      suppressStack: true,
    });
    server.authenticate = (security: { UsernameToken: Record<string, { $value: string } & string> }) => {
      const { Username, Password, Nonce, Created } = security.UsernameToken;
      const expected = passwordDigest(Nonce?.$value ?? "", String(Created), SECRETS.desk);
      return String(Username) === "desk" && Password?.$value === expected;
    };
    const transport = openTransport(OWN_WSDLS);
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/service`;
    const auth: SoapApi["auth"] = { kind: "wsse", user: "desk", password: "desk", digest: true };
    const send = (secrets: Record<string, string>) =>
      transport.send(parcelOf({ api: soapApi({ url, auth }), value: { taskId: "T & 1" }, secrets }), NEVER);
    const accepted = await send(SECRETS);
    const refused = await send({ desk: "another" });
    await transport.close();
    http.closeAllConnections();
    http.close();
    assert.equal(accepted.class, "done", accepted.detail ?? "");
    assert.equal(JSON.stringify(accepted.parsed?.body), `{"${OPERATION}Response":{"${OPERATION}Result":"id-7"}}`);
    assert.deepEqual(seen, [{ taskId: "T & 1" }]);
    assert.deepEqual([refused.class, refused.code], ["permanent", "soap_fault"]);
  });
});
