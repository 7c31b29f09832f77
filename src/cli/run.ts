// Runs one command line from its words to its exit code. Only `src/cli.ts` touches the process itself.
import { type Call, type CliCommand, EXIT, Stopped, WrongUsage } from "./command.ts";
import { COMMANDS } from "./registry.ts";
import { helpOf, listOf, readCall } from "./usage.ts";

/** The ways to the outside that a command line is given. */
export interface Ways extends Pick<Call, "env" | "print" | "note"> {
  /** The signal that stops this command. */
  signalFor(command: CliCommand): AbortSignal;
}

/** Runs the command line and gives its exit code; what is wrong is noted. */
export async function runCommandLine(args: readonly string[], ways: Ways): Promise<number> {
  try {
    return await run(args, ways);
  } catch (error) {
    return report(error, ways);
  }
}

async function run([name = "help", ...args]: readonly string[], ways: Ways): Promise<number> {
  if (["help", "--help", "-h"].includes(name)) return help(args[0], ways);
  const command = commandNamed(name);
  if (args.includes("--help") || args.includes("-h")) return help(name, ways);
  const { env, print, note } = ways;
  return (await command.run({ ...readCall(command, args), env, print, note, signal: ways.signalFor(command) })) ?? EXIT.done;
}

async function help(name: string | undefined, { print }: Ways): Promise<number> {
  await print(name === undefined ? listOf(COMMANDS) : helpOf(commandNamed(name)));
  return EXIT.done;
}

function commandNamed(name: string): CliCommand {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new WrongUsage(`There is no command "${name}".\n\n${listOf(COMMANDS)}`);
  return command;
}

function report(error: unknown, { note }: Ways): number {
  note(error instanceof Error ? error.message : String(error));
  if (error instanceof Stopped) return EXIT.stopped;
  if (!(error instanceof WrongUsage)) return EXIT.failed;
  note("crossdesk help COMMAND tells how it is called.");
  return EXIT.usage;
}
