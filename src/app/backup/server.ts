// Backup and restore of MariaDB and MySQL by their own programs: one consistent state while gateways write.
import { spawn } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Programs by what they do, the first that is there is taken. */
const PROGRAMS = { dump: ["mariadb-dump", "mysqldump"], load: ["mariadb", "mysql"] } as const;

interface Run {
  url: string;
  file: string;
  signal: AbortSignal;
  onBytes(bytes: number): void;
}

/** Dumps the database of `url` into `file`. */
export async function dumpServer({ url, file, signal, onBytes }: Run): Promise<void> {
  const args = ["--single-transaction", "--quick", "--hex-blob", "--skip-lock-tables", "--default-character-set=utf8mb4"];
  await withProgram("dump", url, { args, signal }, async (child) => {
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      onBytes(bytes);
    });
    await pipeline(child.stdout, createWriteStream(file, { mode: 0o600 }), { signal });
  });
}

/** Loads `file` into the database of `url`, which must be empty unless what is there may go, and does the statements behind it. */
export async function loadServer({
  url,
  file,
  signal,
  onBytes,
  statements,
}: Run & { statements: readonly string[] }): Promise<void> {
  await withProgram("load", url, { args: ["--default-character-set=utf8mb4"], signal }, async (child) => {
    let bytes = 0;
    const counted = Readable.from(
      (async function* () {
        for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
          bytes += chunk.length;
          onBytes(bytes);
          yield chunk;
        }
        yield Buffer.from(statements.map((sql) => `\n${sql};`).join(""));
      })(),
    );
    await pipeline(counted, child.stdin, { signal });
  });
}

type Child = ReturnType<typeof start>;

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
}

async function withProgram(
  kind: keyof typeof PROGRAMS,
  url: string,
  { args, signal }: { args: readonly string[]; signal: AbortSignal },
  work: (child: Child) => Promise<void>,
): Promise<void> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const place = [
    `--host=${decodeURIComponent(hostname).replace(/^\[|\]$/g, "")}`,
    `--port=${port || 3306}`,
    "--protocol=tcp",
    `--user=${decodeURIComponent(username)}`,
  ];
  // The password never stands among the arguments, which every process of the machine may read.
  const env = { PATH: PATHS, MYSQL_PWD: decodeURIComponent(password) };
  const all = ["--no-defaults", ...place, ...args, decodeURIComponent(pathname.slice(1))];
  for (const program of PROGRAMS[kind]) {
    const child = start(program, all, env);
    const ended = ending(child);
    const missing = await Promise.race([
      ended.started,
      ended.code.then(
        () => "started",
        () => "started",
      ),
    ]);
    if (missing === "missing") continue;
    try {
      await Promise.all([work(child), ended.code]);
    } catch (error) {
      child.kill();
      signal.throwIfAborted();
      throw (
        (await ended.code.then(
          () => null,
          (failed: unknown) => failed,
        )) ?? error
      );
    }
    return;
  }
  throw new Error(
    `None of ${PROGRAMS[kind].join(", ")} is installed: they come with the client package of MariaDB (mariadb-client).`,
  );
}

const PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function ending(child: Child): { started: Promise<"started" | "missing">; code: Promise<void> } {
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  child.stdin.on("error", () => undefined);
  const started = new Promise<"started" | "missing">((resolve) => {
    child.once("spawn", () => resolve("started"));
    child.once("error", () => resolve("missing"));
  });
  const code = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) =>
      exit === 0 ? resolve() : reject(new Error(`${child.spawnfile} failed: ${said.trim() || exit}`)),
    );
  });
  code.catch(() => undefined);
  return { started, code };
}
