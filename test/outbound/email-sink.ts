// Mail servers for tests on free ports of this machine: a whole one that keeps what it is given, one that follows a script,
// and a certificate made on the spot.
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { TokenKey } from "../../src/lib/reply-token.ts";
import type { OutgoingAttachment, Parcel } from "../../src/outbound/ports.ts";
import { DEFAULT_DELIVERY, type EmailApi, type System } from "../../src/store/outgoing.ts";

/** A mail as a server was given it. */
export interface SunkMail {
  from: string;
  to: string[];
  raw: Buffer;
  secure: boolean;
  user: string | null;
}

export interface Sink {
  port: number;
  mails: SunkMail[];
  /** How many connections there were. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts a mail server that takes every mail, unless the options say otherwise. */
export async function startSink(options: SMTPServerOptions = {}): Promise<Sink> {
  const mails: SunkMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    disabledCommands: options.secure || options.cert ? [] : ["STARTTLS"],
    onConnect(_session, done) {
      connections++;
      done();
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : "";
        const to = rcptTo.map((one) => one.address);
        mails.push({ from, to, raw: Buffer.concat(parts), secure: session.secure, user: session.user ?? null });
        done(null, "Queued as 1A2B");
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return {
    port: portOf(listening),
    mails,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A server that answers each line by `answer` (null says nothing, `end` hangs up); `lines` has what it was told. */
export async function startScript(answer: (line: string, count: number) => string | null | "end") {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write("220 script\r\n");
    let rest = "";
    socket.on("data", (data) => {
      const [last = "", ...whole] = (rest + String(data)).split("\r\n").reverse();
      rest = last;
      for (const line of whole.reverse()) {
        lines.push(line);
        const says = answer(line, lines.length);
        if (says === "end") return socket.resetAndDestroy();
        if (says !== null) socket.write(`${says}\r\n`);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server),
    lines,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

export function portOf(server: Pick<Server, "address">): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** A server's certificate for one name, signed by itself, with its key (X.509 v3, RFC 5280 section 4.1, in DER). */
export function makeCertificate(name: string): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = der(0x30, hex("06082a8648ce3d040302"));
  const subject = der(0x30, der(0x31, der(0x30, Buffer.concat([hex("0603550403"), der(0x0c, Buffer.from(name))]))));
  const times = ["20200101000000Z", "21200101000000Z"].map((time) => der(0x18, Buffer.from(time)));
  const names = der(0x04, der(0x30, der(0x82, Buffer.from(name))));
  const body = der(
    0x30,
    Buffer.concat([
      der(0xa0, der(0x02, hex("02"))),
      der(0x02, Buffer.concat([hex("01"), randomBytes(8)])),
      algorithm,
      subject,
      der(0x30, Buffer.concat(times)),
      subject,
      publicKey.export({ type: "spki", format: "der" }),
      der(0xa3, der(0x30, der(0x30, Buffer.concat([hex("0603551d11"), names])))),
    ]),
  );
  const signature = der(0x03, Buffer.concat([hex("00"), sign("sha256", body, privateKey)]));
  const whole = der(0x30, Buffer.concat([body, algorithm, signature])).toString("base64");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${whole.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, "hex");
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

export const TOKEN_KEY: TokenKey = { version: "a", key: new Uint8Array(32).fill(9) };
export const AT = Date.UTC(2026, 0, 31, 14);

export interface ParcelChanges {
  api?: Partial<EmailApi>;
  system?: Partial<System>;
  value?: unknown;
  task?: string | null;
  key?: string;
  attachments?: OutgoingAttachment[];
}

/** A mail of the System `acme-mail` to the provider acme, about the task TSK-1. */
export function parcelOf(
  port: number,
  { api, system, value = "Please help.", task = "TSK-1", key = "k-1", attachments = [] }: ParcelChanges = {},
): Parcel {
  const email: EmailApi = {
    ...{ kind: "email", host: "mail.test", port, security: "none", auth: { kind: "none" } },
    ...{ from: "Service Desk <desk@desk.example>", to: ["noc@acme.example"], replyTo: "desk+token@desk.example" },
    answer: { reference: null, update: null },
    ...api,
  };
  const owner: System = {
    ...{ name: "acme-mail", active: true, description: "", provider: "acme", unrestricted: true, groups: [], projects: [] },
    ...{ properties: {}, secrets: { password: "s3cret-word" }, apis: { mail: email }, values: {}, limits: {} },
    delivery: { ...DEFAULT_DELIVERY, timeoutMs: 10_000 },
    ...system,
  };
  const record = task === null ? null : { subject: "Printer on fire" };
  return {
    delivery: { key, system: owner.name, mapping: "acme-new", task, ticket: "TKT-1", event: "0190-event", at: AT },
    ...{ system: owner, api: email, value, attachments },
    input: {
      ...{ event: {}, task: record, ticket: { subject: "A ticket" }, message: null, props: {}, secrets: {} },
      ...{ appFields: {}, formFields: {}, values: {} },
    },
    secrets: {
      fill: (text) => text.replaceAll("{password}", "s3cret-word"),
      mask: (text) => text.replaceAll("s3cret-word", "***"),
    },
  };
}
