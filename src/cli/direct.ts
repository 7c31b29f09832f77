// Works on the database itself, without a gateway, with the settings of the environment. On SQLite it is refused while a gateway
// has the database. What it needs is loaded only then: a command that goes through a gateway starts without it.
import type { Direct } from "../app/direct.ts";
import { createLog } from "../lib/log.ts";
import { readSettings } from "../settings.ts";
import type { Call } from "./command.ts";

/** Opens the database of DATABASE_URL for `work` and closes it after. */
export async function directly<T>({ env, note }: Pick<Call, "env" | "note">, work: (direct: Direct) => Promise<T>): Promise<T> {
  const { withStore } = await import("../app/direct.ts");
  return withStore({ settings: readSettings(env), log: createLog("warn", note), onDeath: () => process.exit(1) }, work);
}
