// How the bytes of SOAP calls may arrive: in drops, in a row, to be waited for. What is said in them is tested on the wire.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { startApp, type TestApp } from "../helpers/app.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { BODY, NAMESPACE, OPERATION } from "../helpers/soap-channel.ts";

suite("SOAP over HTTP", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  function head(lines: readonly string[], version = "1.1"): string {
    const always = [
      `POST ${SERVICE_PATH} HTTP/${version}`,
      "Host: desk.example.com",
      `X-API-Key: ${app.keys.acme}`,
      "Content-Type: text/xml; charset=utf-8",
      `SOAPAction: "${NAMESPACE}${OPERATION}"`,
    ];
    return `${[...always, ...lines].join("\r\n")}\r\n\r\n`;
  }

  /** A request whose answer is a success, with a message of its own. */
  async function call(lines: readonly string[] = []): Promise<Buffer> {
    const body = BODY.replace("<taskId>T<", `<externalReference>INC</externalReference><taskId>${await app.createTask()}<`);
    return Buffer.from(head([...lines, `Content-Length: ${body.length}`]) + body);
  }

  function open(): { socket: Socket; until(seen: RegExp): Promise<string> } {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname).setNoDelay(true);
    let text = "";
    let look: () => void = () => undefined;
    socket.on("error", () => undefined).on("close", () => look());
    socket.setEncoding("latin1").on("data", (more: string) => {
      text += more;
      look();
    });
    return {
      socket,
      until: (seen) =>
        new Promise((resolve, reject) => {
          look = () => {
            if (seen.test(text)) resolve(text);
            else if (socket.destroyed) reject(new Error(`the connection ended after ${JSON.stringify(text)}`));
          };
          look();
        }),
    };
  }

  const statuses = (text: string): string[] => text.match(/(?<=HTTP\/1\.1 )\d+/g) ?? [];

  test("byte by byte, each in a packet of its own", async () => {
    const { socket, until } = open();
    const bytes = await call();
    for (const byte of bytes) await new Promise<void>((resolve) => socket.write(Buffer.of(byte), () => setImmediate(resolve)));
    assert.deepEqual(statuses(await until(/<\/soap:Envelope>/)), ["200"]);
    socket.destroy();
  });

  test("many in a row on one connection are answered in order", async () => {
    const { socket, until } = open();
    const wrong = Buffer.from(`${head(["Content-Length: 3"])}abc`);
    const other = Buffer.from(`${head(["Content-Encoding: br", "Content-Length: 3"])}abc`);
    const packed = gzipSync("<a/>");
    const gzip = Buffer.concat([
      Buffer.from(head(["Content-Encoding: gzip", `Content-Length: ${packed.length}`, "Connection: close"])),
      packed,
    ]);
    socket.write(Buffer.concat([await call(), wrong, await call(), other, await call(), gzip]));
    assert.deepEqual(statuses(await until(/VersionMismatch[\s\S]*<\/soap:Envelope>/)), [
      "200",
      "400",
      "200",
      "415",
      "200",
      "500",
    ]);
  });

  test("nonsense behind a whole request takes nothing from its answer", async () => {
    for (const calls of [1, 3]) {
      const { socket, until } = open();
      const asked = await Promise.all(Array.from({ length: calls }, () => call()));
      socket.write(Buffer.concat([...asked, Buffer.from("nonsense\r\n\r\n")]));
      const text = await until(new RegExp(`(?:</soap:Envelope>[\\s\\S]*){${calls}}$`));
      assert.deepEqual(
        statuses(text),
        Array.from({ length: calls }, () => "200"),
      );
      assert.match(text.slice(text.lastIndexOf("HTTP/1.1")), /\r\nConnection: close\r\n/);
      if (!socket.destroyed) await once(socket, "close");
    }
  });

  test("Expect: 100-continue is answered before the body comes, and a refusal instead of it", async () => {
    const { socket, until } = open();
    const bytes = await call(["Expect: 100-continue"]);
    const end = bytes.indexOf("\r\n\r\n") + 4;
    socket.write(bytes.subarray(0, end));
    await until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    socket.write(bytes.subarray(end));
    assert.deepEqual(statuses(await until(/<\/soap:Envelope>/)), ["100", "200"]);
    socket.destroy();
  });

  test("HTTP/1.0 closes the connection, and keeps it when asked", async () => {
    for (const [line, kept] of [
      ["X-Nothing: 1", "close"],
      ["Connection: keep-alive", "keep-alive"],
    ] as const) {
      const { socket, until } = open();
      socket.write(`${head([line, "Content-Length: 3"], "1.0")}abc`);
      assert.match(await until(/\r\n\r\n/), new RegExp(`^HTTP/1\\.1 400 [\\s\\S]*Connection: ${kept}\\r\\n`));
      socket.destroy();
    }
  });

  const ambiguous: Readonly<Record<string, readonly string[]>> = {
    "a length and chunks": ["Content-Length: 3", "Transfer-Encoding: chunked"],
    "two lengths": ["Content-Length: 3", "Content-Length: 4"],
    "a length that is no number": ["Content-Length: +3"],
    "a length with something behind it": ["Content-Length: 3, 3"],
    "chunks that are not the last coding": ["Transfer-Encoding: chunked, identity"],
    "white space before a colon": ["Content-Length : 3"],
    "a header over two lines": ["X-Folded: a", " Content-Length: 3"],
    "a bare line feed": ["X-Folded: a\nContent-Length: 3"],
    "a null byte": ["X-Null: \0", "Content-Length: 3"],
  };
  for (const [what, lines] of Object.entries(ambiguous)) {
    test(`where the request ends has two readings: ${what}`, async () => {
      const { socket, until } = open();
      socket.write(`${head(lines)}<a>`);
      assert.match(await until(/\r\n\r\n/), /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n/);
      socket.destroy();
    });
  }
});
