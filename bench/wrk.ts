// Runs wrk once against one subject and reads the line that call.lua prints at its end.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { program } from "../test/helpers/packages.ts";

const SCRIPT = fileURLToPath(new URL("call.lua", import.meta.url));

export interface Load {
  url: string;
  kind: "soap" | "rest" | "soap-20k";
  key: string;
  tasks: number;
  connections: number;
  seconds: number;
  /** Part of every message, so that no call of one run equals one of another. */
  run: string;
}

/** One run. Times in milliseconds; `refused` are answers of status 400 and more, `broken` are calls without an answer. */
export interface Measured {
  answers: number;
  refused: number;
  broken: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/** Presses with two threads, keep-alive, no pipelining: each connection waits for its answer before the next call. */
export async function runWrk({ url, kind, key, tasks, connections, seconds, run }: Load): Promise<Measured> {
  const options = ["-t2", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", SCRIPT];
  const { stdout } = await promisify(execFile)(program("wrk"), [...options, url, "--", kind, key, String(tasks), run]);
  const line = stdout.trim().split("\n").at(-1) ?? "";
  const { answers, refused, broken, micros, p50, p99 } = JSON.parse(line) as Record<string, number>;
  const all = { answers, refused, broken, micros, p50, p99 } as Record<
    "answers" | "refused" | "broken" | "micros" | "p50" | "p99",
    number
  >;
  return {
    answers: all.answers,
    refused: all.refused,
    broken: all.broken,
    perSecond: all.answers / (all.micros / 1_000_000),
    p50: all.p50 / 1000,
    p99: all.p99 / 1000,
  };
}
