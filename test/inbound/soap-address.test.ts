// The address a service is published at: set, or told by a trusted proxy, or that of the request; and which requests a page of another
// site made.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { createPublishedBase } from "../../src/inbound/soap/pages/address.ts";
import { isCrossSite } from "../../src/inbound/soap/http/cross-site.ts";
import { loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { contractsWithHttp } from "../helpers/http-contracts.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { NAMESPACE, OPERATION, startChannel } from "../helpers/soap-channel.ts";

type Headers = Record<string, string>;

function request(headers: Headers, remoteAddress = "10.0.0.1"): IncomingMessage {
  return { headers: { host: "inside:8080", ...headers }, socket: { remoteAddress } } as unknown as IncomingMessage;
}

function baseOf(headers: Headers, remoteAddress?: string): string | null {
  return createPublishedBase({ publicUrl: null, trustedProxies: ["10.0.0.0/8"] })(request(headers, remoteAddress));
}

suite("the published address", () => {
  test("as set counts before everything", () => {
    const base = createPublishedBase({ publicUrl: "https://desk.example.com/gate/", trustedProxies: ["10.0.0.1"] });
    assert.equal(base(request({ "x-forwarded-host": "other.example" })), "https://desk.example.com/gate");
  });

  const told: readonly (readonly [string, Headers, string])[] = [
    ["nothing", {}, "http://inside:8080"],
    ["host and scheme", { "x-forwarded-host": "desk.example.com", "x-forwarded-proto": "https" }, "https://desk.example.com"],
    ["the scheme alone", { "x-forwarded-proto": "HTTPS" }, "https://inside:8080"],
    [
      "a port of its own",
      { "x-forwarded-host": "desk.example.com", "x-forwarded-proto": "https", "x-forwarded-port": "8443" },
      "https://desk.example.com:8443",
    ],
    [
      "the usual port",
      { "x-forwarded-host": "desk.example.com", "x-forwarded-proto": "https", "x-forwarded-port": "443" },
      "https://desk.example.com",
    ],
    ["the port instead of the inner one", { "x-forwarded-proto": "https", "x-forwarded-port": "443" }, "https://inside"],
    [
      "a host with a port, and another port",
      { "x-forwarded-host": "desk.example.com:444", "x-forwarded-port": "80" },
      "http://desk.example.com:444",
    ],
    ["a prefix", { "x-forwarded-host": "desk.example.com", "x-forwarded-prefix": "/gate/" }, "http://desk.example.com/gate"],
    ["a hostile prefix", { "x-forwarded-prefix": '/"><script>' }, "http://inside:8080"],
    ["a prefix with two slashes", { "x-forwarded-prefix": "//evil.example" }, "http://inside:8080"],
    ["a hostile host", { "x-forwarded-host": 'a"b' }, "http://inside:8080"],
    ["a hostile scheme", { "x-forwarded-proto": "javascript" }, "http://inside:8080"],
    ["Forwarded", { forwarded: 'for=192.0.2.7;host="desk.example.com:444";proto=https' }, "https://desk.example.com:444"],
    [
      "Forwarded before the older headers",
      { forwarded: "host=a.example;proto=https", "x-forwarded-host": "b.example" },
      "https://a.example",
    ],
    ["Forwarded without host or scheme", { forwarded: "for=192.0.2.7", "x-forwarded-host": "b.example" }, "http://b.example"],
    ["Forwarded with the scheme alone", { forwarded: "for=192.0.2.7;proto=https" }, "https://inside:8080"],
    [
      "what the client wrote before the proxy",
      { "x-forwarded-host": "evil.example, desk.example.com", "x-forwarded-for": "192.0.2.7" },
      "http://desk.example.com",
    ],
    [
      "Forwarded that the client began",
      { forwarded: "host=evil.example, for=192.0.2.7;host=desk.example.com" },
      "http://desk.example.com",
    ],
    [
      "two proxies of ours",
      { "x-forwarded-for": "192.0.2.7, 10.0.0.2", "x-forwarded-host": "desk.example.com, middle" },
      "http://desk.example.com",
    ],
    [
      "two proxies of ours, Forwarded",
      { forwarded: 'for=192.0.2.7;host=desk.example.com;proto=https, for="10.0.0.2";host=middle' },
      "https://desk.example.com",
    ],
    [
      "two proxies of ours, with ports",
      { "x-forwarded-for": "192.0.2.7:4711, 10.0.0.2:80", "x-forwarded-host": "desk.example.com, middle" },
      "http://desk.example.com",
    ],
    ["a Host with a comma", { forwarded: 'for=192.0.2.7;host="x, host=evil.example"' }, "http://inside:8080"],
    ["a host twice", { forwarded: "for=192.0.2.7;host=a.example;host=evil.example" }, "http://inside:8080"],
    ["an open quote", { forwarded: 'host="a, for=192.0.2.7;host=evil.example' }, "http://inside:8080"],
  ];
  for (const [what, headers, base] of told) {
    test(`a trusted proxy tells ${what}`, () => assert.equal(baseOf(headers), base));
  }

  test("nobody else tells anything", () => {
    const headers = { forwarded: "host=a.example", "x-forwarded-host": "b.example", "x-forwarded-prefix": "/x" };
    assert.equal(baseOf(headers, "192.0.2.1"), "http://inside:8080");
    assert.equal(createPublishedBase({ publicUrl: null })(request(headers)), "http://inside:8080");
    assert.equal(baseOf(headers, "::ffff:10.0.0.9"), "http://a.example/x");
  });

  test("a request without a usable host has none", () => {
    for (const host of ["", "a b", 'a"', "a/b", "a@b", "[::1", "a:123456"]) assert.equal(baseOf({ host }), null, host);
    assert.equal(baseOf({ host: "[2001:db8::1]:80" }), "http://[2001:db8::1]:80");
  });
});

suite("the address a gateway publishes behind its proxy", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ env: { CROSSDESK_TRUSTED_PROXIES: "127.0.0.1" } });
  });
  after(() => app.close());

  test("is in the WSDL, in the discovery document and on the pages", async () => {
    const headers = { "x-forwarded-host": "desk.example.com", "x-forwarded-proto": "https", "x-forwarded-prefix": "/gate" };
    const address = `https://desk.example.com/gate${SERVICE_PATH}`;
    const read = async (query: string): Promise<string> => (await fetch(`${app.url}${SERVICE_PATH}${query}`, { headers })).text();
    assert.equal((await read("?wsdl")).split(`address location="${address}"`).length, 3);
    assert.ok((await read("?disco")).includes(`contractRef ref="${address}?wsdl"`));
    assert.ok((await read("")).includes(`<code>${address}</code>`));
    const page = await read("?op=ProcessInstanceTaskExternalUpdateMessage");
    assert.ok(page.includes(`POST /gate${SERVICE_PATH} HTTP/1.1\nHost: desk.example.com\n`));
  });
});

suite("a request that another site's page made", () => {
  const base = "https://desk.example.com/gate";
  const own: readonly Headers[] = [
    {},
    { "sec-fetch-site": "same-origin", origin: "null" },
    { "sec-fetch-site": "none" },
    { origin: "https://desk.example.com" },
    { origin: "http://inside:8080" },
  ];
  const foreign: readonly Headers[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: "https://desk.example.com" },
    { "sec-fetch-site": "none", origin: "https://evil.example" },
    { "sec-fetch-site": "something new" },
    { origin: "null" },
    { origin: "https://desk.example.com.evil.example" },
    { origin: "https://desk.example.com:444" },
    { "sec-fetch-site": "none", "sec-purpose": "prefetch" },
    { purpose: "prefetch" },
  ];
  for (const headers of own)
    test(`is not one with ${JSON.stringify(headers)}`, () => assert.ok(!isCrossSite(request(headers), { base, isSet: false })));
  for (const headers of foreign)
    test(`is one with ${JSON.stringify(headers)}`, () => assert.ok(isCrossSite(request(headers), { base, isSet: false })));

  test("is one with the Host for Origin, where the address is set: that is how a name made to lead here asks", () => {
    const asks = (headers: Headers): boolean => isCrossSite(request(headers), { base, isSet: true });
    for (const headers of [
      { host: "rebind.example", origin: "http://rebind.example" },
      { origin: "http://inside:8080" },
      { origin: "http://inside:8080", "sec-fetch-site": "same-origin" },
      { origin: "null" },
    ] as Headers[])
      assert.ok(asks(headers), JSON.stringify(headers));
    for (const headers of [
      {},
      { origin: "https://desk.example.com" },
      { origin: "null", "sec-fetch-site": "same-origin" },
    ] as Headers[])
      assert.ok(!asks(headers), JSON.stringify(headers));
  });
});

test("a form posted from the address it was asked for is let through only where none is set", async (t) => {
  const { folder, remove } = contractsWithHttp();
  t.after(remove);
  const contract = loadContract(path.join(folder, "WorkflowService.wsdl"), NAMESPACE);
  for (const [publicUrl, units] of [
    ["https://desk.example.com", 0],
    [null, 1],
  ] as const) {
    const channel = await startChannel(publicUrl, contract);
    t.after(() => channel.close());
    const body = new URLSearchParams({ taskId: "T", externalReference: "R" });
    const answer = await fetch(`${channel.url}/${OPERATION}`, {
      method: "POST",
      headers: { origin: new URL(channel.url).origin, "sec-fetch-site": "none" },
      body,
    });
    assert.equal(answer.status === 403, units === 0);
    assert.equal(channel.state.units.length, units);
  }
});
