// The types of packages.js, which itself has to run on a Node that knows no types.

/** A program outside npm that tests or measurements use. */
export interface Program {
  name:
    | ("mariadb" | "dovecot" | "chromium" | "strace" | "wrk")
    | ("php" | "zeep" | "suds" | "pysimplesoap" | "soap-lite" | "gsoap" | "axis" | "mono" | "nats" | "curl");
  use: "test" | "bench";
  /** Debian packages that bring it. */
  packages: string[];
  isThere(): boolean;
}

export const PROGRAMS: readonly Program[];
/** Full path of a program, or null. */
export function findProgram(name: string): string | null;
/** The programs that are not on this machine: those of the tests, or for `bench` all. */
export function missingPrograms(use: Program["use"]): Program[];
/** The program of this name when it is not on this machine, else null. */
export function missingProgram(name: Program["name"]): Program | null;
/** Why nothing can be installed here, or null when it can. */
export function installBar(): string | null;
/** Installs the packages of `programs`. Returns null, or why it failed. `policy` is the file that keeps services from starting. */
export function installPrograms(programs: readonly Pick<Program, "packages">[], policy?: string): string | null;
