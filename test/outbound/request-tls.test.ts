// TLS towards partners and the way through a forward proxy: whose certificate counts, and which address the proxy is asked for.
import assert from "node:assert/strict";
import tls from "node:tls";
import { suite, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import { createGuard } from "../../src/outbound/guard.ts";
import { createRequester } from "../../src/outbound/request.ts";
import { makeCertificate } from "./request-certificates.ts";
import {
  connectProxy,
  endOf,
  httpPartner,
  httpsPartner,
  localNames,
  makeRequester,
  post,
  rawPartner,
} from "./request-harness.ts";

const right = makeCertificate(["partner.example", "127.0.0.1"]);
const over = makeCertificate(["partner.example"], 0);

const says = (text: string) => (_request: unknown, response: import("node:http").ServerResponse) => void response.end(text);

suite("TLS", () => {
  test("a partner with a trusted certificate of its name or address is called, its connection kept", async (t) => {
    const names: string[] = [];
    const partner = await httpsPartner(t, right, (request, response) => {
      names.push(`${request.headers.host} ${String((request.socket as tls.TLSSocket).servername)}`);
      response.end("ok");
    });
    const requester = makeRequester(t, { ca: [right.cert] });
    const named = `https://partner.example:${partner.port}/`;
    for (const url of [named, named, partner.url]) assert.deepEqual(endOf(await post(requester, url)), [200, null, "begun"]);
    const byName = `partner.example:${partner.port} partner.example`;
    assert.deepEqual(names, [byName, byName, `127.0.0.1:${partner.port} false`]);
    assert.equal(partner.connections(), 2);
  });

  test("another name, an unknown issuer, an expired certificate: nothing is sent", async (t) => {
    let requests = 0;
    const count = (_request: unknown, response: import("node:http").ServerResponse): void => {
      requests += 1;
      response.end();
    };
    const partner = await httpsPartner(t, right, count);
    const expired = await httpsPartner(t, over, count);
    const trusting = makeRequester(t, { ca: [right.cert, over.cert] });
    for (const [requester, url] of [
      [trusting, `https://other.example:${partner.port}/`],
      [trusting, `https://127.0.0.2:${partner.port}/`.replace("127.0.0.2", "partner.example.org")],
      [trusting, `https://partner.example:${expired.port}/`],
      [makeRequester(t), `https://partner.example:${partner.port}/`],
    ] as const) {
      assert.deepEqual(endOf(await post(requester, url)), [null, "tls", "nothing"], url);
    }
    assert.equal(requests, 0);
  });

  test("TLS 1.1, no TLS at all, or a handshake cut short: nothing is sent", async (t) => {
    const requester = makeRequester(t, { ca: [right.cert] });
    const plain = await httpPartner(t, says(""));
    const cut = await rawPartner(t, (socket) => void socket.once("data", () => socket.destroy()));
    const silent = await rawPartner(t, (socket) => void socket.resume());
    assert.deepEqual(endOf(await post(requester, `https://partner.example:${plain.port}/`)), [null, "tls", "nothing"]);
    assert.deepEqual(endOf(await post(requester, `https://partner.example:${cut.port}/`)), [null, "tls", "nothing"]);
    const waited = await post(requester, `https://partner.example:${silent.port}/`, { timeoutMs: 50 });
    assert.deepEqual(endOf(waited), [null, "timeout", "nothing"]);
    const old = tls.createServer({ ...right, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" });
    await new Promise<void>((resolve) => old.listen(0, "127.0.0.1", resolve));
    t.after(() => old.close());
    const { port } = old.address() as { port: number };
    assert.deepEqual(endOf(await post(requester, `https://partner.example:${port}/`)), [null, "tls", "nothing"]);
  });
});

suite("a forward proxy", () => {
  test("is asked for the judged address, shows who it is to the proxy alone, and the tunnel is kept", async (t) => {
    const seen: string[] = [];
    const partner = await httpsPartner(t, right, (request, response) => {
      seen.push(`${request.headers.host} ${request.headers["proxy-authorization"] ?? "-"}`);
      response.end("through");
    });
    const proxy = await connectProxy(t);
    const requester = makeRequester(t, { ca: [right.cert], proxy: `http://desk:s%20ecret@127.0.0.1:${proxy.port}` });
    for (let call = 0; call < 2; call += 1) {
      const exchange = await post(requester, `https://partner.example:${partner.port}/`);
      assert.equal(exchange.answer?.body.toString(), "through");
    }
    assert.deepEqual(proxy.asked, [`127.0.0.1:${partner.port} Basic ${Buffer.from("desk:s ecret").toString("base64")}`]);
    assert.deepEqual(seen, Array(2).fill(`partner.example:${partner.port} -`));
  });

  test("carries plain http as well, without a second look-up", async (t) => {
    let host: string | undefined;
    const partner = await httpPartner(t, (request, response) => {
      host = request.headers.host;
      response.end("plain");
    });
    const proxy = await connectProxy(t);
    const requester = makeRequester(t, { proxy: `http://127.0.0.1:${proxy.port}` });
    const exchange = await post(requester, `http://partner.example:${partner.port}/x`);
    assert.deepEqual([endOf(exchange), host], [[200, null, "begun"], `partner.example:${partner.port}`]);
    assert.deepEqual(proxy.asked, [`127.0.0.1:${partner.port} -`]);
  });

  test("does not stand in for a certificate", async (t) => {
    const partner = await httpsPartner(t, right, says(""));
    const proxy = await connectProxy(t);
    const requester = makeRequester(t, { ca: [right.cert], proxy: `http://127.0.0.1:${proxy.port}` });
    assert.deepEqual(endOf(await post(requester, `https://other.example:${partner.port}/`)), [null, "tls", "nothing"]);
  });

  test("that refuses, is dead, hangs or cannot reach the partner: nothing was sent", async (t) => {
    const refusing = await connectProxy(t, true);
    const hanging = await rawPartner(t, (socket) => void socket.resume());
    const dead = await rawPartner(t, (socket) => socket.destroy());
    const url = "http://partner.example:81/";
    for (const [port, code] of [
      [refusing.port, "proxy"],
      [dead.port, "proxy"],
      [hanging.port, "timeout"],
    ] as const) {
      const requester = makeRequester(t, { proxy: `http://127.0.0.1:${port}` });
      const timeoutMs = code === "timeout" ? 50 : 20_000;
      assert.deepEqual(endOf(await post(requester, url, { timeoutMs })), [null, code, "nothing"]);
    }
  });

  test("is no way around the guard, and never called through itself", async (t) => {
    const proxy = await connectProxy(t);
    const requester = makeRequester(t, { proxy: `http://127.0.0.1:${proxy.port}` });
    for (const url of ["http://169.254.169.254/", `http://127.0.0.1:${proxy.port}/`, `http://proxy.example:${proxy.port}/`]) {
      assert.deepEqual(endOf(await post(requester, url)), [null, "forbidden_address", "nothing"], url);
    }
    assert.deepEqual(proxy.asked, []);
  });

  test("is given as a plain http URL or not at all", () => {
    const guard = createGuard({ resolve: localNames, allow: [] });
    for (const proxy of ["https://proxy:1", "proxy:3128", "http://proxy/path", "socks5://proxy", ""]) {
      assert.throws(() => createRequester({ guard, proxy }), Failure, proxy);
    }
  });
});
