// The command line: finds the command, reads its options and gives it the ways to the outside. The commands are in `src/cli/`.
import { once } from "node:events";
import { type Call, type CliCommand, EXIT, Stopped, WrongUsage } from "./cli/command.ts";
import { COMMANDS } from "./cli/registry.ts";
import { helpOf, listOf, readCall } from "./cli/usage.ts";

/** Ctrl-C reaches this process from the terminal and again from the program that started it: only a later one is a second. */
const SAME_SIGNAL_MS = 1000;

async function main([name = "help", ...args]: string[]): Promise<number> {
  if (["help", "--help", "-h"].includes(name)) return help(args[0]);
  const command = commandNamed(name);
  if (args.includes("--help") || args.includes("-h")) return help(name);
  const { values, words } = readCall(command, args);
  const call: Call = { values, words, env: process.env, signal: stopSignal(command), print, note };
  return (await command.run(call)) ?? EXIT.done;
}

async function help(name: string | undefined): Promise<number> {
  await print(name === undefined ? listOf(COMMANDS) : helpOf(commandNamed(name)));
  return EXIT.done;
}

function commandNamed(name: string): CliCommand {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new WrongUsage(`There is no command "${name}".\n\n${listOf(COMMANDS)}`);
  return command;
}

/** The first signal asks the command to end where it can go on later, another one ends the process. */
function stopSignal({ ownSignals }: CliCommand): AbortSignal {
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

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function report(error: unknown): number {
  note(error instanceof Error ? error.message : String(error));
  if (error instanceof Stopped) return EXIT.stopped;
  if (!(error instanceof WrongUsage)) return EXIT.failed;
  note("crossdesk help COMMAND tells how it is called.");
  return EXIT.usage;
}

// Whoever reads our lines may stop reading, as `head` does: then there is nothing left to do.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed));
process.umask(0o077);
process.exitCode = await main(process.argv.slice(2)).catch(report);
