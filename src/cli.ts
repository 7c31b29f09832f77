// The command line as a process: its streams, its signals, its exit code. What it does is in `src/cli/`.
import { once } from "node:events";
import { type CliCommand, EXIT, Stopped } from "./cli/command.ts";
import { runCommandLine } from "./cli/run.ts";

/** Ctrl-C reaches this process from the terminal and again from the program that started it: only a later one is a second. */
const SAME_SIGNAL_MS = 1000;

/** The first signal asks the command to end where it can go on later, another one ends the process. */
function signalFor({ ownSignals }: CliCommand): AbortSignal {
  const stop = new AbortController();
  if (ownSignals) return stop.signal;
  let since = Number.POSITIVE_INFINITY;
  const onSignal = (): void => {
    if (stop.signal.aborted && performance.now() - since > SAME_SIGNAL_MS) process.exit(EXIT.stopped);
    if (stop.signal.aborted) return;
    since = performance.now();
    stop.abort(new Stopped("Stopped."));
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return stop.signal;
}

async function print(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}

// Whoever reads our lines may stop reading, as `head` does: then there is nothing left to do.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed));
process.umask(0o077);
const note = (line: string): void => void process.stderr.write(`${line}\n`);
process.exitCode = await runCommandLine(process.argv.slice(2), { env: process.env, print, note, signalFor });
