// Tells a test whether a program outside npm is on this machine. Never installs anything.
import { spawnSync } from "node:child_process";
import { findProgram, missingProgram, type Program } from "../../scripts/packages.js";

const missing = new Map<Program["name"], Program | null>();

/**
 * For the `skip` option of a test: false when the program is there, else the reason.
 * `test("…", { skip: lacking("dovecot") }, …)`; under CI=true any skipped test fails the run.
 */
export function lacking(name: Program["name"]): false | string {
  // Some are found only by starting an interpreter, so nobody looks for a program that was not asked for.
  if (!missing.has(name)) missing.set(name, missingProgram(name));
  const program = missing.get(name);
  return program ? `not installed: ${program.packages.join(" ")}` : false;
}

/** Full path of a program a test starts; throws when it is not there (ask `lacking` first). */
export function program(name: string): string {
  const file = findProgram(name);
  if (file === null) throw new Error(`there is no program ${name} on this machine`);
  return file;
}

/** Why system calls cannot be counted or made to fail here (strace), or false. */
export function untraceable(): string | false {
  if (findProgram("strace") === null) return "not installed: strace";
  return spawnSync("strace", ["-f", "-o", "/dev/null", "true"]).status === 0 ? false : "this machine lets no process be traced";
}
