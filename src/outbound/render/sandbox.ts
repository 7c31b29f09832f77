// Starts the process in which expressions run, with the least rights Node and the system can give. It knows nothing of work:
// lines go in, lines come out, and the process ends.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Duplex } from "node:stream";
import { CHANNEL } from "./channel.ts";
import { createLineReader } from "./lines.ts";
import { readablePaths } from "./readable.ts";

/** Why a process ended: how it says itself, and the last it complained, for a log. */
export interface SandboxEnd {
  code: number | null;
  complaint: string;
}

export interface SandboxEvents {
  line(text: string): void;
  /** A line was too long. */
  excess(): void;
  /** Once, whatever was the reason. */
  ended(end: SandboxEnd): void;
}

export interface Sandbox {
  send(line: string): void;
  /** Kills the process; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface SandboxOptions {
  /** The source file the process runs, and its arguments. */
  entry: string;
  args: readonly string[];
  /** Heap of the process, in MiB. */
  memoryMb: number;
  /** Most characters of a line from the process. */
  mostLine: number;
}

const MOST_COMPLAINT = 4000;
/** A start takes six, two of which stay; the rest is for what others open meanwhile. */
const MOST_DESCRIPTORS = 12;

/**
 * Limits of the system where Node has none: no core file; no byte into any file (`node:sqlite` ignored the permission model
 * when this was written); ten minutes of processor time, which end a process that outlived the gateway in the middle of an
 * endless search; and the first to go when the machine runs out of memory.
 */
const SHELL =
  'ulimit -c 0; ulimit -f 0; ulimit -t 600; unset PWD OLDPWD SHLVL _; (echo 1000 > /proc/self/oom_score_adj) 2>/dev/null; exec "$0" "$@"';

/** Arguments for Node that leave the process no right but to read `readable`. */
export function sandboxArguments(memoryMb: number, readable: readonly string[]): string[] {
  return [
    "--permission",
    ...readable.map((one) => `--allow-fs-read=${one}`),
    "--no-addons",
    "--no-experimental-sqlite",
    "--no-experimental-ffi",
    "--no-experimental-webstorage",
    "--disable-proto=delete",
    "--disallow-code-generation-from-strings",
    "--frozen-intrinsics",
    "--disable-sigusr1",
    "--no-warnings",
    `--max-old-space-size=${memoryMb}`,
    "--max-semi-space-size=4",
  ];
}

/**
 * Starts a process. Its environment is empty, and nothing of this process is handed on to it but the channel. Never throws: when
 * it cannot be started, for lack of file descriptors or of a package, that is its end.
 */
export function startSandbox(options: SandboxOptions, events: SandboxEvents): Sandbox {
  try {
    return attach(spawnProcess(options), options, events);
  } catch (error) {
    return stillborn(error, events);
  }
}

function spawnProcess({ entry, args, memoryMb }: SandboxOptions): ChildProcess {
  const flags = sandboxArguments(memoryMb, [...readablePaths(), entry]);
  assureDescriptors();
  return spawn("/bin/sh", ["-c", SHELL, process.execPath, ...flags, entry, ...args], {
    cwd: "/",
    env: {},
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
}

/**
 * Throws when file descriptors are short. Node 26 never closes the streams of a process that it could not start for that reason, so
 * every try would take more of the few that become free.
 */
function assureDescriptors(): void {
  const held: number[] = [];
  try {
    while (held.length < MOST_DESCRIPTORS) held.push(openSync("/dev/null", "r"));
  } finally {
    for (const one of held) closeSync(one);
  }
}

/** What stands for a process that there never was. Its end is told a little later, as that of any other. */
function stillborn(reason: unknown, { ended }: SandboxEvents): Sandbox {
  const complaint = reason instanceof Error ? reason.message : String(reason);
  const gone = Promise.resolve().then(() => ended({ code: null, complaint }));
  return { send: () => undefined, kill: () => gone };
}

function attach(child: ChildProcess, { mostLine }: SandboxOptions, events: SandboxEvents): Sandbox {
  child.on("error", () => undefined);
  // Without descriptors there is a child, but it has no streams.
  const channel = child.stdio?.[CHANNEL] as Duplex | undefined;
  if (!channel) throw new Error("the process got no channel");
  const complaint = gatherComplaint(child);
  channel.setEncoding("utf8");
  channel.on("data", createLineReader(mostLine, events.line, events.excess));
  // A write to a process that just died is no news: its end is told below.
  channel.on("error", () => undefined);
  const gone = Promise.withResolvers<void>();
  let over = false;
  const end = (code: number | null, words: string): void => {
    if (!over) events.ended({ code, complaint: words });
    over = true;
    gone.resolve();
  };
  child.on("error", (error) => end(null, error.message));
  child.once("close", (code) => end(code, complaint()));
  letGo(child, channel);
  return {
    send: (line) => void channel.write(`${line}\n`),
    kill: () => {
      child.ref();
      child.kill("SIGKILL");
      return gone.promise;
    },
  };
}

/** Keeps the first words on stderr and reads on, so that a process that complains a lot is not held up. */
function gatherComplaint(child: ChildProcess): () => string {
  let words = "";
  const keep = (chunk: string): void => {
    words = (words + chunk).slice(0, MOST_COMPLAINT);
  };
  child.stderr
    ?.setEncoding("utf8")
    .on("data", keep)
    .on("error", () => undefined);
  return () => words;
}

/** An idle process must not keep the gateway from ending; it ends with the channel. */
function letGo(child: ChildProcess, channel: Duplex): void {
  child.unref();
  for (const stream of [channel, child.stderr]) (stream as unknown as { unref?(): void } | null)?.unref?.();
}
