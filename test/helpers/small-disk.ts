// A disk for one gateway that can be full at once and free again: a small file system that only its process sees and that goes with it,
// where the test may mount one; else a limit on how large its files may grow, which any process may set on its own children.
import { execFileSync } from "node:child_process";
import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findProgram } from "../../scripts/packages.js";

export interface SmallDisk {
  /** Where the gateway finds it. */
  folder: string;
  kind: "mounted" | "limited";
  /** What the gateway is started by, program and arguments. */
  startedBy: readonly string[];
  /** Copies files of it to where others can open them: the process stands still meanwhile. */
  copy(pid: number, names: readonly string[], into: string): void;
  /** Leaves no byte for the process. */
  fill(pid: number): void;
  free(pid: number): void;
  remove(): void;
}

const PIECE = 64 * 1024;
const MOUNT = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=64m none "$0" && exec "$@"'];

export function openSmallDisk(): SmallDisk {
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-disk-"));
  const mounts = mayMount(folder);
  const seenBy = (pid: number): string => (mounts ? `/proc/${pid}/root${folder}` : folder);
  // The soft limit alone: the hard one stays, so that it can be lifted again.
  const limit = (pid: number, bytes: string): void => void execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`]);
  return {
    folder,
    kind: mounts ? "mounted" : "limited",
    startedBy: mounts ? [...MOUNT, folder] : [],
    copy(pid, names, into) {
      process.kill(pid, "SIGSTOP");
      for (const name of names) copyFileSync(path.join(seenBy(pid), name), path.join(into, path.basename(name)));
      process.kill(pid, "SIGCONT");
    },
    fill: (pid) => (mounts ? fillWith(path.join(seenBy(pid), "ballast")) : limit(pid, "1")),
    free: (pid) => (mounts ? rmSync(path.join(seenBy(pid), "ballast")) : limit(pid, "unlimited")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Why there is no such disk on this machine, or false. */
export function lackingSmallDisk(): false | string {
  return findProgram("prlimit") ? false : "not installed: util-linux";
}

function mayMount(folder: string): boolean {
  try {
    const [program = "", ...args] = [...MOUNT, folder, "true"];
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Large pieces, then ever smaller ones, until not a byte fits any more. */
function fillWith(file: string): void {
  const target = openSync(file, "w");
  try {
    for (let piece = Buffer.alloc(PIECE); piece.length > 0; ) {
      try {
        writeSync(target, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        piece = piece.subarray(0, Math.floor(piece.length / 2));
      }
    }
  } finally {
    closeSync(target);
  }
}
