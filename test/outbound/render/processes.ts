// The processes of expressions of a process, as the system sees them.
import { readFileSync } from "node:fs";

/** Ids of the processes that `pid` started and that are there. */
export function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
}
