// A real nats-server with JetStream: files in a temp folder, a free port of 127.0.0.1. It never outlives the process that started it,
// and can be ended as a power cut would and started again on the same files.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectTcp, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type ConsumerMessages, AckPolicy, DeliverPolicy, jetstream, jetstreamManager, type JsMsg } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { program } from "./packages.ts";

const MOST_START_MS = 20_000;

/** Ends the server when the standard input is closed, which happens however the parent ends. */
const GUARD = `"$@" </dev/null >/dev/null 2>&1 & pid=$!
exec 3<&0
(read -r word <&3; kill -9 "$pid") 2>/dev/null & guard=$!
wait "$pid"; kill "$guard" 2>/dev/null; exit 0`;

export interface TestNats {
  /** For CROSSDESK_NATS_URL. */
  url: string;
  /** Ends it as a power cut would; its files stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port and files. */
  start(): Promise<void>;
  connect(): Promise<NatsConnection>;
  /** Every message of a stream from its beginning, in order. */
  messages(connection: NatsConnection, stream: string): Promise<ConsumerMessages>;
  /** The events in a stream that may not be there yet, in order, also when the server goes away and comes back. */
  eventsOf(connection: NatsConnection, stream: string): AsyncGenerator<unknown>;
  remove(): Promise<void>;
}

/** Starts one; `extra` are more options of the program. */
export async function startNats(extra: readonly string[] = []): Promise<TestNats> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-nats-"));
  const port = await freePort();
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const command = [program("nats-server"), "-js", "-sd", folder, "-a", "127.0.0.1", "-p", String(port), ...extra];
    child = spawn("/bin/sh", ["-c", GUARD, "guard", ...command], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    child.stdin?.on("error", () => undefined);
    await answering(port);
  };
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null) return;
    const gone = once(running, "exit");
    running.stdin?.end();
    await gone;
  };
  await start();
  const url = `nats://127.0.0.1:${port}`;
  return {
    url,
    start,
    kill,
    connect: () => connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 }),
    messages: readAll,
    eventsOf: readOn,
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readAll(connection: NatsConnection, stream: string): Promise<ConsumerMessages> {
  const manager = await jetstreamManager(connection);
  const { name } = await manager.consumers.add(stream, {
    durable_name: `reader-${Math.random().toString(36).slice(2)}`,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
  });
  const consumer = await jetstream(connection).consumers.get(stream, name);
  return consumer.consume();
}

/** Asks for one message after the other by its number: nothing at the server has to outlive its falls. */
async function* readOn(connection: NatsConnection, stream: string): AsyncGenerator<unknown> {
  for (let sequence = 1; ; ) {
    const event = await messageAt(connection, stream, sequence);
    if (event === null) await delay(20);
    else {
      yield event;
      sequence += 1;
    }
  }
}

/** Null while there is none, or no server. */
async function messageAt(connection: NatsConnection, stream: string, seq: number): Promise<unknown> {
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 2000 });
    return (await manager.streams.getMessage(stream, { seq }))?.json() ?? null;
  } catch (error) {
    if (connection.isClosed()) throw error;
    return null;
  }
}

/** A message as a CloudEvent. */
export function eventIn<T>(message: JsMsg): T {
  return message.json<T>();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** Resolves when somebody listens there. */
async function answering(port: number): Promise<void> {
  for (const end = Date.now() + MOST_START_MS; ; ) {
    const socket = connectTcp(port, "127.0.0.1");
    try {
      await once(socket, "data");
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error("nats-server did not start", { cause: error });
      await delay(20);
    } finally {
      socket.destroy();
    }
  }
}
