// One private MariaDB server: files in a temp folder, a free port of 127.0.0.1. It never outlives the process that started it.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";
import { program } from "./packages.ts";

const MOST_START_MS = 30_000;

/**
 * Looks after the server: obeys lines on its standard input and answers each. When the input ends, because the test process
 * stopped it or died in any way, it kills the server and removes the folder.
 */
const KEEPER = `
folder=$1; shift
pid=
while read -r order; do
  case $order in
    start) "$@" >>"$folder/server.log" 2>&1 </dev/null & pid=$! ;;
    kill) kill -9 "$pid"; wait "$pid" ;;
    stop) kill -15 "$pid"; wait "$pid" ;;
  esac
  echo "$order"
done
[ -z "$pid" ] || { kill -9 "$pid"; wait "$pid"; }
rm -rf "$folder"
`;

/** A server under way. */
export interface MariadbServer {
  /** `mysql://…` with full rights, ending in a slash: a database's name goes behind it. */
  readonly base: string;
  /** Ends the server as a power cut would (SIGKILL); its files stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port and files, after `kill` or while it runs (then it is stopped in order before). */
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  remove(): Promise<void>;
}

/** Makes the files of a new server, in a folder of their own within `room`, and starts it. Takes two to four seconds. */
export async function startServer(room = tmpdir()): Promise<MariadbServer> {
  const folder = await mkdtemp(path.join(room, "crossdesk-mariadb-"));
  const port = await freePort();
  const keeper = startKeeper(folder, port);
  const base = `mysql://root@127.0.0.1:${port}/`;
  try {
    await makeFiles(folder);
    await keeper.order("start");
    await answering(base, folder);
  } catch (error) {
    await keeper.end();
    throw error;
  }
  let running = true;
  return {
    base,
    async kill() {
      running = false;
      await keeper.order("kill");
    },
    async restart() {
      if (running) await keeper.order("stop");
      await keeper.order("start");
      running = true;
      await answering(base, folder);
    },
    remove: () => keeper.end(),
  };
}

async function makeFiles(folder: string): Promise<void> {
  const options = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"];
  const files = [`--datadir=${path.join(folder, "data")}`, `--tmpdir=${folder}`, `--user=${userInfo().username}`];
  await promisify(execFile)(program("mariadb-install-db"), ["--no-defaults", ...options, ...files], { timeout: MOST_START_MS });
}

function serverOptions(folder: string, port: number): string[] {
  return [
    "--no-defaults",
    `--user=${userInfo().username}`,
    `--datadir=${path.join(folder, "data")}`,
    `--tmpdir=${folder}`,
    `--socket=${path.join(folder, "socket")}`,
    `--pid-file=${path.join(folder, "pid")}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--character-set-server=utf8mb4",
    "--max-connections=400",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=32M",
    // The promise under test is that an answered message survives a power cut, so every commit reaches the disk.
    "--innodb-flush-log-at-trx-commit=1",
  ];
}

interface Keeper {
  order(word: "start" | "kill" | "stop"): Promise<void>;
  end(): Promise<void>;
}

function startKeeper(folder: string, port: number): Keeper {
  const command = [program("mariadbd"), ...serverOptions(folder, port)];
  // A process group of its own: Ctrl-C must reach the server by way of the closed input, which also clears the folder.
  const child = spawn("/bin/sh", ["-c", KEEPER, "keeper", folder, ...command], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const answers = createInterface({ input: child.stdout });
  letGo(child);
  return {
    async order(word) {
      const answer = once(answers, "line");
      (child.stdout as Socket).ref();
      child.stdin.write(`${word}\n`);
      await answer;
      letGo(child);
    },
    async end() {
      if (child.exitCode !== null) return;
      const gone = once(child, "exit");
      child.ref();
      child.stdin.end();
      await gone;
    },
  };
}

/** Between orders a server that a test forgot must not keep the test process alive: its end ends the server. */
function letGo(child: ChildProcess): void {
  child.unref();
  (child.stdin as Socket).unref();
  (child.stdout as Socket).unref();
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

/** Resolves when the server answers a query. */
async function answering(base: string, folder: string): Promise<void> {
  const end = Date.now() + MOST_START_MS;
  for (;;) {
    try {
      const connection = await createConnection({ uri: base, connectTimeout: 2000 });
      await connection.query("select 1");
      return await connection.end();
    } catch (error) {
      if (Date.now() > end) throw new Error(`MariaDB did not start:\n${await tail(folder)}`, { cause: error });
      await delay(50);
    }
  }
}

async function tail(folder: string): Promise<string> {
  const log = await readFile(path.join(folder, "server.log"), "utf8").catch(() => "(no log)");
  return log.split("\n").slice(-15).join("\n");
}
