// What a command needs to work on the database itself, without a gateway: the settings of the environment, and a log for trouble.
import type { StoreParts } from "../app.ts";
import { createLog } from "../lib/log.ts";
import { readSettings } from "../settings.ts";
import type { Call } from "./command.ts";

/** On SQLite opening the database with these is refused while a gateway has it. */
export function directParts({ env, note }: Pick<Call, "env" | "note">): StoreParts {
  return { settings: readSettings(env), log: createLog("warn", note), onDeath: () => process.exit(1) };
}
