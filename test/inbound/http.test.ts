// The HTTP server on its own: which path goes where, what is no request, slow and vanishing clients, the graceful end.
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { createGateway, type Gateway, type GatewayOptions, pathOf } from "../../src/inbound/http.ts";
import { createReadBody } from "../../src/inbound/body.ts";

const open: Gateway[] = [];
after(() => Promise.all(open.map((gateway) => gateway.close())));

type Handle = GatewayOptions["pages"];

const says =
  (text: string): Handle =>
  (_request, response) =>
    void response.end(text);

interface Started {
  gateway: Gateway;
  port: number;
  lines: string[];
}

async function start(options: Partial<GatewayOptions> = {}): Promise<Started> {
  const lines: string[] = [];
  const gateway = createGateway({
    soap: { matches: (path) => /\.asmx$/i.test(path), handle: says("soap") },
    rest: { handle: says("rest") },
    pages: says("pages"),
    log: (_level, event, fields) => void lines.push(`${event} ${JSON.stringify(fields)}`),
    graceMs: 2000,
    ...options,
  });
  open.push(gateway);
  const url = await gateway.listen(0, "127.0.0.1");
  return { gateway, port: Number(new URL(url).port), lines };
}

/** Sends raw bytes and gives all that comes back until the server ends the connection. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(bytes);
  return untilEnd(socket);
}

async function untilEnd(socket: Socket): Promise<string> {
  let answer = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    answer += text;
  });
  await once(socket, "close");
  return answer;
}

const simple = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
const bodyOf = (answer: string): string => answer.slice(answer.indexOf("\r\n\r\n") + 4);

test("each path goes to the channel it belongs to", async () => {
  const { port } = await start();
  const paths: [string, string][] = [
    ["/v1", "rest"],
    ["/v1/tasks?x=/a.asmx", "rest"],
    ["http://elsewhere/v1/tasks", "rest"],
    ["/v1.asmx", "soap"],
    ["/Workflow/Webservice/WorkflowService.asmx?wsdl", "soap"],
    ["/", "pages"],
    ["/v10", "pages"],
    ["/%", "pages"],
    ["//v1/tasks", "pages"],
  ];
  for (const [path, channel] of paths) assert.match(bodyOf(await raw(port, simple(path))), new RegExp(channel), path);
});

test("the path of a request target", () => {
  assert.equal(pathOf("/a/b?c=/d"), "/a/b");
  assert.equal(pathOf("http://host:1/a%2Fb?c"), "/a%2Fb");
  assert.equal(pathOf("*"), "*");
});

test("what is no HTTP request gets a short answer and the end", async () => {
  const { port } = await start();
  assert.match(await raw(port, "nonsense\r\n\r\n"), /^HTTP\/1\.1 400 Bad Request\r\nConnection: close/);
  assert.match(await raw(port, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), /^HTTP\/1\.1 400 /);
  assert.match(await raw(port, "FROB / HTTP/1.1\r\nHost: x\r\n\r\n"), /^HTTP\/1\.1 400 /);
  assert.match(await raw(port, "GET / HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 400 /);
  assert.match(await raw(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  const smuggled = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  assert.match(await raw(port, smuggled), /^HTTP\/1\.1 400 /);
});

test("a client that has said all and closed its side still gets its answer", async () => {
  const { port } = await start();
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.end("GET /v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  assert.equal(bodyOf(await untilEnd(socket)), "rest");
});

test("a client that never reads its answer is cut", async () => {
  const cut = Promise.withResolvers<void>();
  const handle: Handle = (_request, response) => {
    response.once("close", () => cut.resolve());
    response.end("x".repeat(64 * 1024 * 1024));
  };
  const { port } = await start({ rest: { handle }, idleTimeoutMs: 200 });
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined).pause();
  socket.write(simple("/v1/x"));
  await cut.promise;
  socket.destroy();
});

test("a client that does not finish its header is cut", async () => {
  const { port } = await start({ headersTimeoutMs: 100, requestTimeoutMs: 200 });
  assert.match(await raw(port, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "), /^HTTP\/1\.1 408 /);
});

test("a client that does not finish its body is cut, and its reading ends", async () => {
  const read = createReadBody();
  const ended = Promise.withResolvers<unknown>();
  const handle: Handle = (request, response) =>
    read(request, 1000).then(
      () => void response.end("all"),
      (error: unknown) => ended.resolve(error),
    );
  const { port } = await start({ rest: { handle }, headersTimeoutMs: 100, requestTimeoutMs: 200 });
  const answer = await raw(port, "POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nonly this");
  assert.doesNotMatch(answer, /200 OK/);
  assert.match(String(await ended.promise), /ended early/);
});

test("an error of a channel is answered without a word about it", async () => {
  const failing: Handle = async () => {
    throw new Error("the secret of the store");
  };
  const { port, lines } = await start({ rest: { handle: failing } });
  const answer = await raw(port, simple("/v1/tasks"));
  assert.match(answer, /^HTTP\/1\.1 500 /);
  assert.doesNotMatch(answer, /secret/);
  const [, id] = /^X-Request-Id: (\S+)\r$/im.exec(answer) ?? [];
  assert.deepEqual(lines, [`http.unhandled {"requestId":"${id}","error":"Error: the secret of the store"}`]);
});

test("an answer before the whole body arrives, and what is left of the body does not harm the next call", async () => {
  const early: Handle = (request, response) => void response.writeHead(request.url === "/v1/next" ? 200 : 413).end(request.url);
  const { port } = await start({ rest: { handle: early } });
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("latin1");
  socket.write(`POST /v1/large HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n${"x".repeat(100_000)}`);
  const [first] = (await once(socket, "data")) as [string];
  assert.match(first, /^HTTP\/1\.1 413 /);
  socket.write("x".repeat(200_000));
  socket.write(simple("/v1/next"));
  assert.match(await untilEnd(socket), /^HTTP\/1\.1 200 [\s\S]*\/v1\/next/);
});

test("a graceful end lets the call under way finish and tells its connection that it was the last", async () => {
  const arrived = Promise.withResolvers<ServerResponse>();
  const { gateway, port } = await start({ rest: { handle: (_request, response) => arrived.resolve(response) } });
  const agent = new Agent({ keepAlive: true });
  const answered = new Promise<IncomingMessage>((resolve) => {
    httpRequest({ port, host: "127.0.0.1", path: "/v1/slow", agent }, resolve).end();
  });
  const response = await arrived.promise;
  const closed = gateway.close();
  assert.equal(gateway.close(), closed, "asked again, it is the same end");
  await assert.rejects(once(connect(port, "127.0.0.1"), "connect"), { code: "ECONNREFUSED" });
  response.end("done");
  const answer = await answered;
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers.connection, "close");
  answer.resume();
  await closed;
  agent.destroy();
});

test("a connection that waits between calls does not hold up the end", async () => {
  const { gateway, port } = await start({ graceMs: 60_000 });
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "data");
  await gateway.close();
});

test("a call that does not end is cut after the grace", async () => {
  const arrived = Promise.withResolvers<void>();
  const { gateway, port } = await start({ graceMs: 50, rest: { handle: () => arrived.resolve() } });
  const ended = raw(port, simple("/v1/never"));
  await arrived.promise;
  await gateway.close();
  assert.equal(await ended, "");
});

test("a port that is taken is told", async () => {
  const { port } = await start();
  const second = createGateway({
    soap: { matches: () => false, handle: says("") },
    rest: { handle: says("") },
    pages: says(""),
    log: () => undefined,
  });
  await assert.rejects(second.listen(port, "127.0.0.1"), { code: "EADDRINUSE" });
});
