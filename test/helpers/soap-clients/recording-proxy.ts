// Stands between a SOAP client and the gateway and keeps the bytes of every request as they were on the wire. It changes nothing.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One request: the lines of its head, and its body without the framing of chunks. */
export interface Recorded {
  head: string;
  body: Buffer;
  /** Length of the first chunk, null when the body had a length. */
  chunk: number | null;
}

export interface RecordingProxy {
  /** The given address as it is reached through here. */
  url(target: string): string;
  /** The requests of all connections so far, in order for each connection. */
  requests(): Recorded[];
  close(): Promise<void>;
}

/** Starts one in front of the server at `target`. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(target);
  const lines: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const sent: Buffer[] = [];
    lines.push(sent);
    const upstream = connect(Number(port), hostname);
    client.on("data", (bytes: Buffer) => sent.push(bytes));
    client.pipe(upstream).pipe(client);
    const drop = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", drop);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const own = (server.address() as AddressInfo).port;
  return {
    url: (address) => address.replace(new URL(target).host, `127.0.0.1:${own}`),
    requests: () => lines.flatMap((sent) => requestsIn(Buffer.concat(sent))),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Takes a connection's bytes apart, one request after the other. */
function requestsIn(bytes: Buffer): Recorded[] {
  const requests: Recorded[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const end = rest.indexOf("\r\n\r\n") + 4;
    if (end < 4) break;
    const head = rest.toString("latin1", 0, end);
    const { body, chunk, length } = bodyIn(rest.subarray(end), head);
    requests.push({ head, body, chunk });
    rest = rest.subarray(end + length);
  }
  return requests;
}

function bodyIn(bytes: Buffer, head: string): { body: Buffer; chunk: number | null; length: number } {
  if (!/^transfer-encoding:\s*chunked/im.test(head)) {
    const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
    return { body: bytes.subarray(0, length), chunk: null, length };
  }
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    at = line + 2 + size + 2;
    if (!(size > 0)) break;
    pieces.push(bytes.subarray(line + 2, line + 2 + size));
  }
  return { body: Buffer.concat(pieces), chunk: pieces[0]?.length ?? 0, length: at };
}
