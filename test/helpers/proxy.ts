// Stands between a store and its MariaDB, hands every byte on, and cuts the line at a COMMIT when it is told to.
// It reads nothing else of what passes.
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/**
 * What becomes of the next COMMIT: `before` cuts the line without handing it on, `after` hands it on and cuts the line when
 * the server has answered. With `away` nobody gets a line any more until `back` is called; with `held` the line is not cut, only the
 * answer never comes.
 */
export interface Cut {
  when: "before" | "after";
  away?: boolean;
  held?: boolean;
}

export interface LineProxy {
  /** The address of a database by way of this proxy. */
  url(databaseUrl: string): string;
  /** Cuts the line at the next COMMIT; resolves when it has. */
  cutAtCommit(cut: Cut): Promise<void>;
  /** Cuts every line there is now; new ones may be made. */
  cutAll(): void;
  /** Lets new lines be made again. */
  back(): void;
  /** How many COMMITs came by. */
  commits(): number;
  close(): Promise<void>;
}

interface Line {
  client: Socket;
  server: Socket;
  /** A COMMIT was handed on and its answer must not come back. */
  doomed: boolean;
}

/** Whether the bytes are one COM_QUERY packet with COMMIT: a client sends the next packet only after the answer to this one. */
function isCommit(bytes: Buffer): boolean {
  return bytes.length < 20 && bytes[4] === 3 && /commit;?$/i.test(bytes.toString("latin1"));
}

/** Starts a proxy before the server that `databaseUrl` names. */
export async function startProxy(databaseUrl: string): Promise<LineProxy> {
  const target = new URL(databaseUrl);
  const lines = new Set<Line>();
  const state = { cut: null as Cut | null, wasCut: () => {}, away: false, commits: 0 };

  const drop = (line: Line): void => {
    lines.delete(line);
    line.client.destroy();
    line.server.destroy();
  };
  const end = (line: Line, cut: Cut): void => {
    if (!cut.held) drop(line);
    if (cut.away) for (const one of lines) drop(one);
    state.wasCut();
  };
  const sent = (line: Line, bytes: Buffer): void => {
    const commit = isCommit(bytes);
    if (commit) state.commits += 1;
    const { cut } = state;
    if (!commit || cut === null) {
      line.server.write(bytes);
      return;
    }
    state.cut = null;
    state.away = cut.away ?? false;
    if (cut.when === "before") {
      end(line, cut);
      return;
    }
    line.doomed = true;
    line.server.once("data", () => end(line, cut));
    line.server.write(bytes);
  };

  const server = createServer((client) => {
    if (state.away) {
      client.destroy();
      return;
    }
    const line: Line = { client, server: connect(Number(target.port), target.hostname), doomed: false };
    lines.add(line);
    client.on("data", (bytes: Buffer) => sent(line, bytes));
    line.server.on("data", (bytes) => void (line.doomed || client.write(bytes)));
    for (const socket of [client, line.server]) socket.on("error", () => drop(line)).on("close", () => drop(line));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    url(through) {
      const address = new URL(through);
      address.port = String(port);
      return address.href;
    },
    cutAtCommit: (cut) =>
      new Promise((resolve) => {
        Object.assign(state, { cut, wasCut: resolve });
      }),
    cutAll() {
      for (const line of lines) drop(line);
    },
    back() {
      state.away = false;
    },
    commits: () => state.commits,
    async close() {
      for (const line of lines) drop(line);
      server.close();
      await once(server, "close");
    },
  };
}
