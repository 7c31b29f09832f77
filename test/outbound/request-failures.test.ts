// Partners that fail: time-outs, resets, half answers, garbage, redirects and answers beyond measure. How far each call got is told.
import assert from "node:assert/strict";
import { createServer as createPort } from "node:net";
import { suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { answering, cannedPartner, endOf, httpPartner, makeRequester, post, rawPartner } from "./request-harness.ts";

const KEPT = 64 * 1024;
/** Time enough for a request to leave on a machine that does much else. */
const LIMIT_MS = 1500;

suite("a partner that fails", () => {
  test("nobody listens: nothing was sent", async (t) => {
    const gone = await rawPartner(t, () => undefined);
    const requester = makeRequester(t);
    const closed = await new Promise<number>((resolve) => {
      const server = createPort();
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as { port: number };
        server.close(() => resolve(port));
      });
    });
    assert.notEqual(closed, gone.port);
    assert.deepEqual(endOf(await post(requester, `http://127.0.0.1:${closed}/`)), [null, "connect", "nothing"]);
  });

  test("no answer, or a connection cut instead of one: the request was sent", async (t) => {
    const requester = makeRequester(t);
    const silent = await rawPartner(t, (socket) => void socket.resume());
    assert.deepEqual(endOf(await post(requester, silent.url, { timeoutMs: LIMIT_MS })), [null, "timeout", "sent"]);
    const cutting = await rawPartner(t, (socket) => void socket.once("data", () => socket.resetAndDestroy()));
    assert.deepEqual(endOf(await post(requester, cutting.url)), [null, "reset", "sent"]);
    const half = await cannedPartner(t, "HTTP/1.1 200 OK\r\nX-Half", (socket) => socket.end());
    assert.deepEqual(endOf(await post(requester, half.url)), [null, "reset", "sent"]);
    const closing = await rawPartner(t, (socket) => void socket.once("data", () => socket.end()));
    assert.deepEqual(endOf(await post(requester, closing.url)), [null, "reset", "sent"]);
  });

  test("half an answer: its status counts, the loss is told", async (t) => {
    const requester = makeRequester(t);
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    for (const [partner, code] of [
      [await cannedPartner(t, head, (socket) => socket.end()), "reset"],
      [await cannedPartner(t, head, (socket) => socket.resetAndDestroy()), "reset"],
      [await cannedPartner(t, head), "timeout"],
    ] as const) {
      const exchange = await post(requester, partner.url, { timeoutMs: code === "timeout" ? LIMIT_MS : 20_000 });
      assert.deepEqual(endOf(exchange), [200, code, "begun"]);
      assert.equal(exchange.answer?.end, "lost");
      assert.match(exchange.answer?.body.toString() ?? "", /^(half)?$/);
    }
  });

  test("an answer that drips is over with the time limit", async (t) => {
    const partner = await cannedPartner(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", (socket) => {
      const drip = setInterval(() => socket.write("1\r\nx\r\n"), 5);
      socket.on("close", () => clearInterval(drip));
    });
    const exchange = await post(makeRequester(t), partner.url, { timeoutMs: LIMIT_MS });
    assert.deepEqual([endOf(exchange), exchange.answer?.end], [[200, "timeout", "begun"], "lost"]);
    const head = await rawPartner(t, (socket) => {
      const drip = setInterval(() => socket.write("H"), 5);
      socket.resume().on("close", () => clearInterval(drip));
    });
    assert.equal((await post(makeRequester(t), head.url, { timeoutMs: LIMIT_MS })).answer, null);
  });

  test("garbage instead of HTTP, floods of headers and chunks that are none end at once", async (t) => {
    const requester = makeRequester(t);
    const flood = Array.from({ length: 3000 }, (_one, number) => `X-${number}: ${"y".repeat(20)}`).join("\r\n");
    const interim = "HTTP/1.1 102 Processing\r\n\r\n".repeat(50);
    for (const bytes of ["SSH-2.0-OpenSSH_9.6\r\n", "\0\0\0", `HTTP/1.1 200 OK\r\n${flood}\r\n\r\n`, interim]) {
      const partner = await cannedPartner(t, bytes);
      assert.deepEqual(endOf(await post(requester, partner.url)), [null, "bad_answer", "begun"], bytes.slice(0, 30));
    }
    const chunks = await cannedPartner(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\nnonsense");
    const exchange = await post(requester, chunks.url);
    assert.deepEqual([endOf(exchange), exchange.answer?.end], [[200, "reset", "begun"], "lost"]);
  });

  test("an upgrade nobody asked for is a status like any other", async (t) => {
    const head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    const partner = await cannedPartner(t, head);
    assert.deepEqual(endOf(await post(makeRequester(t), partner.url)), [101, null, "begun"]);
  });

  test("a redirect is an answer, and what it leads to is not called", async (t) => {
    const other = await httpPartner(t, answering(200));
    const requester = makeRequester(t);
    for (const location of ["http://169.254.169.254/latest/meta-data/", other.url]) {
      const partner = await httpPartner(t, answering(302, "", { Location: location }));
      assert.deepEqual(endOf(await post(requester, partner.url)), [302, null, "begun"]);
    }
    assert.equal(other.connections(), 0);
  });
});

suite("answers beyond measure", () => {
  test("of an endless answer 64 KiB are kept and the connection is cut", async (t) => {
    let written = 0;
    const partner = await httpPartner(t, (_request, response) => {
      const chunk = Buffer.alloc(256 * 1024, "x");
      const more = (): void => {
        while (!response.destroyed && written < 200 * 1024 * 1024) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    const exchange = await post(makeRequester(t), partner.url);
    assert.deepEqual([endOf(exchange), exchange.answer?.end], [[200, null, "begun"], "size"]);
    assert.equal(exchange.answer?.body.length, KEPT);
    assert.ok(written < 100 * 1024 * 1024, `the partner could write ${written} bytes`);
  });

  test("an answer of just 64 KiB is whole", async (t) => {
    const partner = await httpPartner(t, answering(200, "x".repeat(KEPT)));
    const exchange = await post(makeRequester(t), partner.url);
    assert.deepEqual([exchange.answer?.end, exchange.answer?.body.length], ["whole", KEPT]);
  });

  test("a packed answer is unpacked within the same measure", async (t) => {
    const requester = makeRequester(t);
    const packed = async (bytes: Buffer, encoding = "gzip"): Promise<[string | undefined, number | undefined, string]> => {
      const partner = await httpPartner(
        t,
        (_request, response) => void response.writeHead(200, { "Content-Encoding": encoding }).end(bytes),
      );
      const { answer } = await post(requester, partner.url);
      return [answer?.end, answer?.body.length, answer?.body.subarray(0, 5).toString() ?? ""];
    };
    assert.deepEqual(await packed(gzipSync("hello world")), ["whole", 11, "hello"]);
    assert.deepEqual(await packed(gzipSync(Buffer.alloc(50 * 1024 * 1024, "z"))), ["size", KEPT, "zzzzz"]);
    assert.deepEqual(await packed(Buffer.from("hello, not packed")), ["lost", 0, ""]);
    assert.deepEqual(await packed(Buffer.from("hello"), "unheard-of"), ["whole", 5, "hello"]);
  });
});
