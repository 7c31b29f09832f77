// One wide JSON line per thing that happened. Bodies and secrets never go in: callers pass ids, counts and codes.

export type LogLevel = "debug" | "info" | "warn" | "error";

type LogValue = string | number | boolean | null | undefined;

/** Flat fields of one line. Values are numbers, booleans or short strings; longer strings are cut at 2,000 characters. */
export type LogFields = Readonly<Record<string, LogValue>> & { time?: never; level?: never; event?: never };

/** Writes one line. `event` is a stable dotted name such as `message.received`. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };
const LONGEST = 2000;

/** Makes a log that hands finished lines (without line feed) to `write`, dropping levels below `least`. */
export function createLog(least: LogLevel, write: (line: string) => void, now: () => number = Date.now): Log {
  const timeText = createTimeText();
  return (level, event, fields) => {
    if (RANK[level] < RANK[least]) return;
    const head = `{"time":"${timeText(now())}","level":"${level}","event":${JSON.stringify(event)}`;
    // The fields are written as they are: to copy so many into an object with the head costs five times as much.
    const rest = JSON.stringify(withoutLong(fields));
    write(rest === "{}" ? `${head}}` : `${head},${rest.slice(1)}`);
  };
}

function withoutLong(fields: LogFields = {}): LogFields {
  for (const name in fields) if (isLong(fields[name])) return cutEach(fields);
  return fields;
}

const isLong = (value: LogValue): value is string => typeof value === "string" && value.length > LONGEST;

function cutEach(fields: LogFields): LogFields {
  const cut = Object.entries(fields).map(([name, value]) => [name, isLong(value) ? value.slice(0, LONGEST) : value]);
  return Object.fromEntries(cut) as LogFields;
}

/** One line by itself, of now. */
export function lineText(level: LogLevel, event: string, fields: LogFields): string {
  let text = "";
  createLog(level, (line) => {
    text = line;
  })(level, event, fields);
  return text;
}

/** Many lines are written in one millisecond: its text is made once. */
function createTimeText(): (at: number) => string {
  let last = Number.NaN;
  let text = "";
  return (at) => {
    if (at !== last) {
      text = new Date(at).toISOString();
      last = at;
    }
    return text;
  };
}

/** The text of an error for a log line: name, code and message, never the stack's locals or a body. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && error.code ? ` ${String(error.code)}` : "";
  return `${error.name}${code}: ${error.message}`;
}
