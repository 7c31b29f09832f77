// Reads what a process of expressions writes. It may be in the hands of an expression, so nothing it writes is believed as it is.
import { bounded } from "./ending.ts";
import type { Answer } from "./work.ts";

type FailedCode = (Answer & { kind: "failed" })["code"];
const CODES = ["expression", "time", "memory", "size"];

/** The answer a line holds, or null when it holds none. */
export function readAnswer(text: string): Answer | null {
  try {
    const { kind, ...rest } = JSON.parse(text) as Partial<Record<"kind" | "value" | "message" | "code" | "api", unknown>>;
    const message = bounded(String(rest.message));
    if (kind === "ok" && "value" in rest) return { kind, value: rest.value };
    if (kind === "body" && "value" in rest)
      return { kind, value: rest.value, ...(typeof rest.api === "string" ? { api: rest.api } : {}) };
    if (kind === "skipped") return { kind };
    if (kind === "stopped") return { kind, message };
    return kind === "failed" && CODES.includes(String(rest.code)) ? { kind, code: rest.code as FailedCode, message } : null;
  } catch {
    return null;
  }
}
