// Runs the command line as the program its users call, and gathers what it says.
import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../../src/cli/run.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/crossdesk.js", import.meta.url));

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Starts `crossdesk` with only these variables of Crossdesk's in its environment. */
export function startCrossdesk(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const { PATH = "", HOME = "", TMPDIR } = process.env;
  return spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs `crossdesk` to its end, with `input` at its standard input. */
export async function crossdesk(args: readonly string[], input = "", env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return finish(startCrossdesk(args, env), input);
}

/** Waits for the end of a started one. */
export async function finish(child: ChildProcess, input = ""): Promise<Ran> {
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error("the command was started without its streams");
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  // A command that refuses before it reads closes its input: that is its right.
  stdin.on("error", () => undefined).end(input);
  const [out, err, code] = await Promise.all([text(stdout), text(stderr), ended]);
  return { code, out, err };
}

/** Runs a command line in this process, which is cheaper than a program for each. It has no standard input. */
export async function commandLine(
  args: readonly string[],
  { env = {}, signal = new AbortController().signal }: { env?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const print = async (line: string): Promise<void> => void out.push(`${line}\n`);
  const code = await runCommandLine(args, { env, print, note: (line) => void err.push(`${line}\n`), signalFor: () => signal });
  return { code, out: out.join(""), err: err.join("") };
}
