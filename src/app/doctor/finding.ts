// What an examination finds: one line each, with what to do.
import type { Settings } from "../../settings.ts";
import type { Inspection } from "../../store/inspect.ts";
import type { Site } from "../../store/site.ts";

export interface Finding {
  check: string;
  state: "ok" | "warning" | "wrong";
  says: string;
}

/** What checks look at. The database is null when it is out of reach, the site when it cannot be read. */
export interface Patient {
  settings: Settings;
  database: Inspection | null;
  site: Site | null;
  /** Address of a running gateway whose clock is compared; null for none. */
  gateway: URL | null;
  /** Whether partners' systems are called. */
  call: boolean;
  signal: AbortSignal;
}

export type Check = (patient: Patient) => Promise<Finding[]> | Finding[];

export const ok = (check: string, says: string): Finding => ({ check, state: "ok", says });
export const warning = (check: string, says: string): Finding => ({ check, state: "warning", says });
export const wrong = (check: string, says: string): Finding => ({ check, state: "wrong", says });

/** The sentence of an error, also where it hides behind another. */
export function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && error.code ? `${String(error.code)} ` : "";
  return error.message === "" ? `${code}${error.name}` : error.message;
}
