// Calling partners that behave: what is kept, which address is called, connections kept and closed, ends by the caller.
import assert from "node:assert/strict";
import { once } from "node:events";
import { suite, test } from "node:test";
import { createGuard } from "../../src/outbound/guard.ts";
import { createRequester } from "../../src/outbound/request.ts";
import { answering, endOf, httpPartner, makeRequester, type Partner, post, rawPartner } from "./request-harness.ts";

suite("a call that ends well", () => {
  test("gives status, headers and body, and says what went over the line", async (t) => {
    let seen = "";
    const partner = await httpPartner(t, (request, response) => {
      request.setEncoding("utf8").on("data", (text) => {
        seen += text;
      });
      request.on("end", () => {
        seen += ` ${request.method} ${request.url} ${request.headers.host} ${request.headers["accept-encoding"]}`;
        response.writeHead(201, { "X-One": "1", "Set-Cookie": ["a=1", "b=2"] }).end("made");
      });
    });
    const exchange = await post(makeRequester(t), `${partner.url}/a/b?c=d#e`, { headers: { "X-Two": "2" } });
    assert.equal(seen, `hello POST /a/b?c=d 127.0.0.1:${partner.port} identity`);
    assert.deepEqual(endOf(exchange), [201, null, "begun"]);
    assert.equal(exchange.answer?.headers["x-one"], "1");
    assert.equal(exchange.answer?.headers["set-cookie"], "a=1, b=2");
    assert.equal(exchange.answer?.body.toString(), "made");
    assert.equal(exchange.answer?.end, "whole");
    assert.deepEqual([exchange.sentBytes, exchange.receivedBytes, exchange.address], [5, 4, "127.0.0.1"]);
  });

  test("keeps its connection for the next call to the same host, and only for it", async (t) => {
    const partner = await httpPartner(t, answering(200, "ok"));
    const requester = makeRequester(t);
    for (const host of ["one.example", "one.example", "two.example", "one.example"]) {
      assert.deepEqual(endOf(await post(requester, `http://${host}:${partner.port}/`)), [200, null, "begun"]);
    }
    assert.equal(partner.connections(), 2);
  });

  test("bounds its connections to one host, and sends all the same", async (t) => {
    let [open, most] = [0, 0];
    const partner = await httpPartner(t, (_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        response.end();
      });
    });
    const guard = createGuard({ resolve: async () => [], allow: ["127.0.0.1:*"] });
    const requester = createRequester({ guard, proxy: null, limits: { perHost: 2, total: 4 } });
    t.after(() => requester.close());
    const ends = await Promise.all(Array.from({ length: 12 }, () => post(requester, partner.url)));
    assert.ok(ends.every(({ answer }) => answer?.status === 200));
    assert.equal(partner.connections(), 2);
    assert.ok(most <= 2);
  });
});

suite("addresses", () => {
  test("the judged address is called, under the name of the partner", async (t) => {
    let host: string | undefined;
    const partner = await httpPartner(t, (request, response) => {
      host = request.headers.host;
      response.end();
    });
    let lookups = 0;
    const resolve = async (): Promise<string[]> => {
      lookups += 1;
      return ["127.0.0.1"];
    };
    const exchange = await post(makeRequester(t, { resolve }), `http://partner.example:${partner.port}/`);
    assert.deepEqual(endOf(exchange), [200, null, "begun"]);
    assert.deepEqual([host, lookups], [`partner.example:${partner.port}`, 1]);
  });

  test("a name that changes between look-ups leads nowhere but where the guard has looked", async (t) => {
    const [good, evil] = [await httpPartner(t, answering(200)), await httpPartner(t, answering(200))];
    const answers = [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1", "169.254.169.254"], ["127.0.0.1"]];
    const resolve = async (): Promise<string[]> => answers.shift() ?? [];
    const requester = makeRequester(t, { resolve, allow: [`127.0.0.1:${good.port}`] });
    const url = `http://partner.example:${good.port}/`;
    assert.deepEqual(endOf(await post(requester, url)), [200, null, "begun"]);
    assert.deepEqual(endOf(await post(requester, url)), [null, "forbidden_address", "nothing"]);
    assert.deepEqual(endOf(await post(requester, url)), [null, "forbidden_address", "nothing"]);
    assert.deepEqual(endOf(await post(requester, url)), [200, null, "begun"]);
    assert.equal(evil.connections(), 0);
  });

  test("of several addresses the next is tried when one does not answer", async (t) => {
    const partner = await httpPartner(t, answering(200));
    const resolve = async (): Promise<string[]> => ["127.0.0.9", "127.0.0.1"];
    const exchange = await post(makeRequester(t, { resolve }), `http://partner.example:${partner.port}/`);
    assert.deepEqual([endOf(exchange), exchange.address], [[200, null, "begun"], "127.0.0.1"]);
  });

  test("what is forbidden, unknown or no URL is never called", async (t) => {
    const requester = makeRequester(t, { resolve: () => Promise.reject(new Error("ENOTFOUND")) });
    for (const [url, code] of [
      ["http://169.254.169.254/latest/meta-data/", "forbidden_address"],
      ["http://[::ffff:127.0.0.1]/", "forbidden_address"],
      ["http://partner.example/", "dns"],
      ["ftp://partner.example/", "invalid_url"],
      ["http://user:word@127.0.0.1/", "invalid_url"],
      ["nonsense", "invalid_url"],
    ] as const) {
      assert.deepEqual(endOf(await post(requester, url)), [null, code, "nothing"], url);
    }
  });

  test("a look-up that never ends is over with the time limit", async (t) => {
    const requester = makeRequester(t, { resolve: () => new Promise(() => undefined) });
    assert.deepEqual(endOf(await post(requester, "http://partner.example/", { timeoutMs: 30 })), [null, "timeout", "nothing"]);
  });
});

suite("a kept connection that is dead", () => {
  /** A partner that answers once on each connection and then does not want to be asked again. */
  async function used(partner: Promise<Partner>, t: import("node:test").TestContext) {
    const found = await partner;
    const requester = makeRequester(t);
    assert.equal((await post(requester, found.url)).answer?.status, 200);
    return { partner: found, requester };
  }

  test("is noticed before anything is written, and a fresh one is used", async (t) => {
    const { partner, requester } = await used(httpPartner(t, answering(200)), t);
    // Cut in the very turn in which the next call takes the connection out of the pool.
    const next = post(requester, partner.url);
    partner.cut();
    assert.deepEqual(endOf(await next), [200, null, "begun"]);
    assert.equal(partner.connections(), 2);
  });

  test("is told when the request was written already, and the request is not repeated", async (t) => {
    let requests = 0;
    const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    const twice = rawPartner(t, (socket) => {
      socket.on("data", () => {
        requests += 1;
        if (requests === 1) socket.write(answer);
        else socket.destroy();
      });
    });
    const { partner, requester } = await used(twice, t);
    assert.deepEqual(endOf(await post(requester, partner.url)), [null, "stale_connection", "sent"]);
    assert.deepEqual([requests, partner.connections()], [2, 1]);
  });
});

suite("ends by the caller", () => {
  test("a call is ended by its signal, before and while it waits", async (t) => {
    const partner = await rawPartner(t, (socket) => void socket.once("data", () => stop.abort()));
    const stop = new AbortController();
    assert.deepEqual(endOf(await post(makeRequester(t), partner.url, { signal: stop.signal })), [null, "aborted", "sent"]);
    assert.deepEqual(endOf(await post(makeRequester(t), partner.url, { signal: stop.signal })), [null, "aborted", "nothing"]);
  });

  test("closing ends the kept connections", async (t) => {
    const partner = await rawPartner(t, (socket) => {
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
      ended = once(socket, "close");
    });
    let ended: Promise<unknown> = Promise.resolve();
    const requester = makeRequester(t);
    await post(requester, partner.url);
    requester.close();
    await ended;
  });

  test("headers no request can have are told, not thrown", async (t) => {
    const requester = makeRequester(t);
    const wrong: Record<string, string>[] = [{ "X-Bad": "a\r\nb" }, { "bad name": "x" }];
    for (const headers of wrong) {
      assert.deepEqual(endOf(await post(requester, "http://127.0.0.1:9/", { headers })), [null, "invalid_call", "nothing"]);
    }
  });
});
