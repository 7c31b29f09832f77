// The way to the broker: a connection and the stream it publishes into. It never mends itself: after any failure a new one is made,
// so that nothing old is sent later behind what is new.
import { readFileSync } from "node:fs";
import type { JetStreamClient } from "@nats-io/jetstream";
import type { Authenticator, NatsConnection } from "@nats-io/transport-node";
import { lazily } from "../../lib/lazy.ts";

const jetstreams = lazily<typeof import("@nats-io/jetstream")>("@nats-io/jetstream");
const transport = lazily<typeof import("@nats-io/transport-node")>("@nats-io/transport-node");

export interface NatsSettings {
  servers: readonly string[];
  /** First words of every subject. */
  prefix: string;
  stream: string;
  user: string;
  password: string;
  token: string;
  /** Files: credentials of a user (JWT and seed), certificates. Empty where there is none. */
  credsFile: string;
  caFile: string;
  certFile: string;
  keyFile: string;
}

export interface Broker {
  jetstream: JetStreamClient;
  /** The largest message it takes, in bytes, headers and all. */
  mostBytes: number;
  isClosed(): boolean;
  close(): Promise<void>;
}

const CONNECT_MS = 5000;
/** For so long a repeated publication has no effect. */
const DUPLICATES_MS = 10 * 60_000;
const NOT_FOUND = 10059;

/** Connects and looks at the stream, or makes it. Throws with what is to be done. */
export async function connectBroker(settings: NatsSettings): Promise<Broker> {
  const connection = await transport().connect({
    servers: [...settings.servers],
    name: "crossdesk",
    reconnect: false,
    timeout: CONNECT_MS,
    ...accessOf(settings),
  });
  try {
    const mostBytes = await readyStream(connection, settings);
    return {
      jetstream: jetstreams().jetstream(connection),
      mostBytes,
      isClosed: () => connection.isClosed(),
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function accessOf({ user, password, token, credsFile, caFile, certFile, keyFile, servers }: NatsSettings) {
  const creds: { authenticator?: Authenticator } = credsFile
    ? { authenticator: transport().credsAuthenticator(readFileSync(credsFile)) }
    : {};
  const files = { ...(caFile ? { caFile } : {}), ...(certFile ? { certFile } : {}), ...(keyFile ? { keyFile } : {}) };
  const wantsTls = Object.keys(files).length > 0 || servers.some((one) => one.startsWith("tls:"));
  return {
    ...creds,
    ...(user ? { user, pass: password } : {}),
    ...(token ? { token } : {}),
    ...(wantsTls ? { tls: files } : {}),
  };
}

/** The stream there is must take our subjects; where there is none it is made. Gives the largest message. */
async function readyStream(connection: NatsConnection, { stream, prefix }: NatsSettings): Promise<number> {
  const manager = await jetstreams().jetstreamManager(connection);
  const subjects = `${prefix}.>`;
  const info = await manager.streams.info(stream).catch((error: unknown) => {
    if (error instanceof jetstreams().JetStreamApiError && error.code === NOT_FOUND) return null;
    throw error;
  });
  const { config } = info ?? (await manager.streams.add(streamOf(stream, subjects)));
  if (!config.subjects.some((one) => one === subjects || one === ">"))
    throw new Error(`The NATS stream ${stream} does not take ${subjects}: add it to its subjects, or set CROSSDESK_NATS_STREAM.`);
  const most = connection.info?.max_payload ?? 1_048_576;
  return config.max_msg_size > 0 ? Math.min(most, config.max_msg_size) : most;
}

function streamOf(name: string, subjects: string) {
  const { DiscardPolicy, RetentionPolicy, StorageType } = jetstreams();
  return {
    name,
    subjects: [subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    duplicate_window: transport().nanos(DUPLICATES_MS),
  };
}
