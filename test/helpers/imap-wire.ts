// A wire between a gateway and a mail server that hands every byte on, and stops at one IMAP command when it is told to: before the
// server has it, in the middle of the answer, or when the answer is there and the gateway has not heard it.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Where the wire stops. */
export interface Stop {
  /** Fits the command, without its tag. */
  command: RegExp;
  when: "before" | "within" | "after";
}

export interface ImapWire {
  readonly port: number;
  /** From now on it stops there; resolves when it has. What was under way hangs then, and new connections live. */
  stopAt(stop: Stop): Promise<void>;
  /** From now on the server seems to say this line before each answer to a command that fits. */
  interrupt(command: RegExp, line: string): void;
  /** From now on the server seems to say this instead of what it says. What it says at once comes in one piece, as short answers do. */
  retell(how: (said: string) => string): void;
  /** From now on answers to a command that fits come byte by byte, one every so many milliseconds; with 0 they come as ever. */
  drip(command: RegExp, everyMs: number): void;
  /** From now on nothing passes over the connections there are, and none of them breaks. */
  goSilent(): void;
  /** How many connections were made. */
  connections(): number;
  close(): Promise<void>;
}

interface Line {
  client: Socket;
  server: Socket;
  isSilent: boolean;
  /** Between two bytes of what comes, in milliseconds. */
  dripMs: number;
  /** The tag of the command whose answer is held, and what came of it. */
  held: { tag: string; stop: Stop; heard: string } | null;
}

interface Armed {
  stop: Stop;
  reached(): void;
}

/** Starts one before the server on `port`. */
export async function startImapWire(port: number): Promise<ImapWire> {
  const lines = new Set<Line>();
  const state: State & { connections: number } = { armed: null, interruption: null, retelling: null, drip: null, connections: 0 };
  const server = createServer((client) => {
    state.connections += 1;
    const line: Line = { client, server: connect(port, "127.0.0.1"), isSilent: false, dripMs: 0, held: null };
    lines.add(line);
    const end = (): void => {
      lines.delete(line);
      client.destroy();
      line.server.destroy();
    };
    for (const socket of [client, line.server]) socket.on("error", end).on("close", end);
    client.on("data", (bytes: Buffer) => asked(line, bytes, state));
    line.server.on("data", (bytes: Buffer) => answered(line, bytes, state));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    stopAt: (stop) =>
      new Promise((resolve) => {
        state.armed = { stop, reached: resolve };
      }),
    interrupt(command, said) {
      state.interruption = { command, said };
    },
    retell(how) {
      state.retelling = how;
    },
    drip(command, everyMs) {
      state.drip = everyMs > 0 ? { command, everyMs } : null;
    },
    goSilent() {
      for (const line of lines) line.isSilent = true;
    },
    connections: () => state.connections,
    async close() {
      for (const { client } of lines) client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

interface State {
  armed: Armed | null;
  interruption: { command: RegExp; said: string } | null;
  retelling: ((said: string) => string) | null;
  drip: { command: RegExp; everyMs: number } | null;
}

function reach(line: Line, state: State): void {
  line.isSilent = true;
  const { armed } = state;
  state.armed = null;
  armed?.reached();
}

/** A client sends one command at a time, each in one piece. */
function asked(line: Line, bytes: Buffer, state: State): void {
  if (line.isSilent) return;
  const [tag = "", ...words] = bytes.toString("latin1").trimEnd().split(" ");
  const { armed, interruption } = state;
  line.dripMs = state.drip?.command.test(words.join(" ")) ? state.drip.everyMs : 0;
  if (interruption?.command.test(words.join(" "))) line.client.write(`${interruption.said}\r\n`);
  if (armed?.stop.command.test(words.join(" "))) {
    if (armed.stop.when === "before") {
      reach(line, state);
      return;
    }
    line.held = { tag, stop: armed.stop, heard: "" };
  }
  line.server.write(bytes);
}

function answered(line: Line, bytes: Buffer, state: State): void {
  const { held } = line;
  if (line.isSilent) return;
  if (held === null) {
    const told = state.retelling ? Buffer.from(state.retelling(bytes.toString("latin1")), "latin1") : bytes;
    if (line.dripMs > 0) void dripped(line, told);
    else line.client.write(told);
    return;
  }
  held.heard += bytes.toString("latin1");
  if (held.stop.when === "within") {
    line.client.write(bytes.subarray(0, bytes.length / 2));
    reach(line, state);
    return;
  }
  // All of the answer is there when its own line is; of it the gateway hears nothing.
  if (held.heard.includes(`\r\n${held.tag} `) || held.heard.startsWith(`${held.tag} `)) reach(line, state);
}

async function dripped(line: Line, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    if (line.client.destroyed) return;
    line.client.write(Uint8Array.of(byte));
    await delay(line.dripMs);
  }
}
