// Starts the writing and reading processes of the store's tests, and reads what they print. It leaves none of them behind.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ReadTask, StageTask, Written, WriteTask } from "./writer.ts";

const WRITER = fileURLToPath(new URL("./writer.ts", import.meta.url));

export interface Child {
  process: ChildProcess;
  /** The lines it printed, parsed, until it ended or was ended. */
  lines<T extends object>(onLine?: (line: T, count: number) => void): Promise<T[]>;
}

/** Starts one; `before` is a program to start it with, such as a tracer with its options. */
export function startChild(task: WriteTask | ReadTask | StageTask, before: readonly string[] = []): Child {
  const command = [...before, process.execPath, "--disable-proto=delete", WRITER, JSON.stringify(task)];
  const child = spawn(command[0] ?? "", command.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  process.once("exit", () => child.kill("SIGKILL"));
  return {
    process: child,
    async lines<T extends object>(onLine?: (line: T, count: number) => void) {
      const lines: T[] = [];
      for await (const text of createInterface({ input: child.stdout })) {
        const line = parsed<T>(text);
        if (line === null) continue;
        lines.push(line);
        onLine?.(line, lines.length);
      }
      const [code, signal] = (await ended) as [number | null, string | null];
      if (code !== 0 && signal !== "SIGKILL") throw new Error(`a child ended with ${code ?? signal}`);
      return lines;
    },
  };
}

/** Null for a line that was cut off by the end of the process. */
function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** Starts a writer, kills it (SIGKILL) once it printed so many answers, and gives all it printed. */
export async function killAfter(task: WriteTask, answers: number): Promise<Written[]> {
  const child = startChild(task);
  const written = await child.lines<Written>((_, count) => {
    if (count === answers) child.process.kill("SIGKILL");
  });
  if (child.process.signalCode !== "SIGKILL") throw new Error("the writer ended before it was killed");
  return written;
}
