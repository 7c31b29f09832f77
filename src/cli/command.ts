// What a command of the command line is made of, and the call it is given. Only `src/cli.ts` touches the process itself.

/** One option of a command, as it is read and as its help tells of it. */
export interface Option {
  type: "string" | "boolean";
  short?: string;
  /** What stands behind it in the help, such as FILE. */
  value?: string;
  says: string;
}

/** A command as it was called: its options, its words, and the ways to the outside. */
export interface Call {
  values: Readonly<Record<string, string | boolean | undefined>>;
  words: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Aborted by the first Ctrl-C or SIGTERM: the command ends where it can go on later. */
  signal: AbortSignal;
  /** One line to standard output; resolves when there is room for the next. */
  print(line: string): Promise<void>;
  /** One line to standard error, where progress and remarks go. */
  note(line: string): void;
}

export interface CliCommand {
  /** One line for the list of commands. */
  summary: string;
  /** How it is called, without the program's name. */
  line: string;
  text: string;
  options: Readonly<Record<string, Option>>;
  /** How many words beside the options it takes; none when absent. */
  words?: { least: number; most: number };
  /** It ends by itself on a signal. */
  ownSignals?: boolean;
  /** Resolves with the exit code; nothing means 0. */
  run(call: Call): Promise<number | undefined> | Promise<void>;
}

/** The command was called wrongly: the process ends with 2 and says where the help is. */
export class WrongUsage extends Error {}

/** The command was stopped by a signal: the process ends with 130. */
export class Stopped extends Error {}

export const EXIT = { done: 0, failed: 1, usage: 2, stopped: 130 } as const;

/** The text of an option, or undefined. */
export function textOf({ values }: Pick<Call, "values">, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** Ends the command when it was told to stop. */
export function goOn({ signal }: Pick<Call, "signal">, where: string): void {
  if (signal.aborted) throw new Stopped(where);
}
