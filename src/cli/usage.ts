// Reads the words of a call by the command's own table, and writes its help from the same table. Pure.
import { parseArgs } from "node:util";
import { type CliCommand, type Option, WrongUsage } from "./command.ts";

export interface Read {
  values: Record<string, string | boolean | undefined>;
  words: string[];
}

/** Options and words of a call. Throws `WrongUsage` that says what to change. */
export function readCall(command: CliCommand, args: readonly string[]): Read {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type, short }]) => [name, { type, ...(short ? { short } : {}) }]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    checkWords(command, positionals);
    return { values: values as Read["values"], words: positionals };
  } catch (error) {
    if (error instanceof WrongUsage) throw error;
    throw new WrongUsage(plainly(error, Object.keys(command.options)));
  }
}

function checkWords({ words = { least: 0, most: 0 }, line }: CliCommand, given: readonly string[]): void {
  const extra = given[words.most];
  if (extra !== undefined) throw new WrongUsage(`"${extra}" is too much: crossdesk ${line}`);
  if (given.length < words.least) throw new WrongUsage(`Something is missing: crossdesk ${line}`);
}

/** Node explains at length how a word that looks like an option could be passed as a word; our commands need one sentence. */
function plainly(error: unknown, known: readonly string[]): string {
  const said = error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error);
  const name = /^Unknown option '--([^']+)'/.exec(said)?.[1];
  const near = name === undefined ? undefined : known.find((one) => one.startsWith(name.slice(0, 2)));
  return `${said.replace(/\.$/, "")}.${near ? ` Did you mean --${near}?` : ""}`;
}

const INDENT = 24;

/** Everything one has to know to call the command. */
export function helpOf({ line, text, options }: CliCommand): string {
  const rows = Object.entries({ ...options, help: HELP }).map(([name, option]) => rowOf(name, option));
  return `crossdesk ${line}\n\n${text.trim()}\n\nOptions:\n${rows.join("\n")}\n\n${EXIT_CODES}`;
}

const HELP: Option = { type: "boolean", short: "h", says: "shows this and does nothing" };
const EXIT_CODES = "Exit code: 0 done, 1 failed, 2 called wrongly, 130 stopped by a signal.";

function rowOf(name: string, { short, value, says }: Option): string {
  const head = `  ${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`;
  const lines = says.split("\n").join(`\n${" ".repeat(INDENT)}`);
  return head.length < INDENT - 1 ? `${head.padEnd(INDENT)}${lines}` : `${head}\n${" ".repeat(INDENT)}${lines}`;
}

/** The list of all commands. */
export function listOf(commands: Readonly<Record<string, CliCommand>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `crossdesk COMMAND\n\n${rows.join("\n")}\n\ncrossdesk help COMMAND, or crossdesk COMMAND --help, tells all about one.`;
}
