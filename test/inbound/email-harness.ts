// A mailbox reader on the real app, and a wire between it and the mail server that a test may cut.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { after, afterEach, before, beforeEach } from "node:test";
import { type MailboxParts, startMailbox } from "../../src/inbound/email/mailbox.ts";
import { createMailParser } from "../../src/inbound/email/parse.ts";
import { createMailReceiver, type MailReceiver, type Received } from "../../src/inbound/email/receive.ts";
import { drawId } from "../../src/lib/ids.ts";
import type { LogFields } from "../../src/lib/log.ts";
import type { Mailbox } from "../../src/store/site.ts";
import type { EventView } from "../../src/store/views/types.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { startDovecot, type TestDovecot } from "../helpers/dovecot.ts";
import { mailFor } from "../helpers/mail.ts";
import { TOKEN_KEY } from "../outbound/email-sink.ts";
import { KEEPING } from "../helpers/kept.ts";

/** Things that happened, and waiting for more of them. */
export interface Happenings<T> {
  readonly all: T[];
  add(one: T): void;
  /** Resolves when `count` of them fit; rejects after 30 s with what there is. */
  until(fits: (one: T) => boolean, count?: number): Promise<void>;
}

export function happenings<T>(): Happenings<T> {
  const all: T[] = [];
  const waiting = new Set<() => void>();
  return {
    all,
    add(one) {
      all.push(one);
      for (const check of waiting) check();
    },
    until(fits, count = 1) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const late = setTimeout(() => reject(new Error(`${count} did not come, only: ${JSON.stringify(all)}`)), 90_000);
      const check = (): void => {
        if (all.filter(fits).length >= count) resolve();
      };
      waiting.add(check);
      check();
      return promise.finally(() => {
        clearTimeout(late);
        waiting.delete(check);
      });
    },
  };
}

export interface Line {
  event: string;
  fields: LogFields;
}

export interface Reader {
  /** How each mail ended, in order. */
  received: Happenings<Received>;
  lines: Happenings<Line>;
  stop(): Promise<void>;
}

/** Starts reading. `around` may put something between the loop and the receiver. */
export function startReader(
  app: TestApp,
  mailbox: Mailbox,
  around: (receiver: MailReceiver) => MailReceiver = (one) => one,
  more: Pick<MailboxParts, "lease" | "silenceMs" | "renewMs"> = {},
): Reader {
  const received = happenings<Received>();
  const lines = happenings<Line>();
  const log = (_level: string, event: string, fields: LogFields = {}): void => lines.add({ event, fields });
  const parser = createMailParser();
  const parts = { door: app.door, site: app.app.store.site, log, report: () => undefined, parser, replyKeys: [TOKEN_KEY] };
  const receiver = around(createMailReceiver({ ...KEEPING, ...parts }));
  const noted = (end: Received): Received => {
    received.add(end);
    return end;
  };
  const worker = startMailbox({
    mailbox,
    receiver: {
      ...receiver,
      receive: async (...all) => noted(await receiver.receive(...all)),
      setAside: async (...all) => noted(await receiver.setAside(...all)),
    },
    position: app.app.store.positions,
    log,
    drawId,
    // The shortest pauses: half a second, then twice as long each time.
    random: () => 0,
    ...more,
  });
  return {
    received,
    lines,
    async stop() {
      await worker.stop();
      await parser.close();
    },
  };
}

/** What mails led to on a task: the message of each event, or its type. */
export async function mailEvents(app: TestApp, task: string): Promise<string[]> {
  const events: EventView[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page = await app.views.taskEvents(task, after, 200, { kind: "desk" });
    events.push(...(page?.items ?? []));
    after = page?.next ? Number(page.next) : null;
  }
  return events.filter((one) => one.channel === "email").map((one) => one.message?.text ?? one.type);
}

export interface Wire {
  readonly port: number;
  /** Bytes that came from the server over all connections. */
  readonly bytes: () => number;
  /** Ends every connection at once. */
  cut(): void;
  close(): Promise<void>;
}

/** A way to `port` that ends its first connections after so many bytes from the server each; later ones live. */
export async function startWire(port: number, budgets: readonly number[] = []): Promise<Wire> {
  const sockets = new Set<Socket>();
  const left = [...budgets];
  let total = 0;
  const server = createServer((client) => {
    let budget = left.shift() ?? Number.POSITIVE_INFINITY;
    const upstream = connect(port, "127.0.0.1");
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (data: Buffer) => {
      total += data.length;
      client.write(data.subarray(0, Math.min(data.length, budget)));
      budget -= data.length;
      if (budget <= 0) client.destroySoon();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    bytes: () => total,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

export const LONG = 10 * 60_000;
export const MARKED = ["$Crossdesk", "\\Seen"];
export const isAny = (): boolean => true;

let serial = 0;
export const envelope = () => ({ from: "noc@acme.example", to: "desk@crossdesk.example", messageId: `${++serial}@acme.example` });

/** A mail that adds a message to the task `T-1`. */
export const message = (text: string): Buffer => mailFor({ type: "update_message", task: "T-1", message: text }, envelope());

/** Many of them, each with its number in its text. */
export function messages(count: number, filler = ""): { texts: string[]; mails: Buffer[] } {
  const texts = Array.from({ length: count }, (_, index) => `message ${index + 1}${filler}`);
  return { texts, mails: texts.map(message) };
}

export interface Here {
  readonly dovecot: TestDovecot;
  /** A new one for each test, with the task `T-1`. */
  readonly app: TestApp;
  /** Starts a reader that is stopped after the test. */
  read(...how: Parameters<typeof startReader> extends [unknown, ...infer How] ? How : never): Reader;
}

/** Sets up one mail server for a suite, and for each test a gateway and an empty folder. */
export function onDovecot(): Here {
  let dovecot: TestDovecot | undefined;
  let app: TestApp | undefined;
  const readers: Reader[] = [];
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error("not before the test begins");
    return part;
  };
  before(async () => {
    dovecot = await startDovecot();
  });
  after(() => there(dovecot).remove());
  beforeEach(async () => {
    app = await startApp({ site: { systems: [{ name: "acme-mail", provider: "acme" }] } });
    await app.createTask({ number: "T-1" });
  });
  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.stop()));
    await there(app).close();
    await there(dovecot).start();
    await there(dovecot).recreate();
  });
  return {
    get dovecot() {
      return there(dovecot);
    },
    get app() {
      return there(app);
    },
    read(...how) {
      const reader = startReader(there(app), ...how);
      readers.push(reader);
      return reader;
    },
  };
}
