// Takes away, inside the process of expressions, what Node's permission model leaves to a process: signals to others, and
// reading what was needed to start. Called once, when everything is loaded; nothing gives it back.
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import v8 from "node:v8";

/**
 * Functions of `process` that reach beyond it. The permission model (Node 26) guards files, sockets, processes, threads and
 * addons, but not `kill`, and not `_debugProcess`, which opens the debugger of another process.
 */
const REACHING = ["kill", "_kill", "_debugProcess", "_debugEnd", "execve", "dlopen", "binding", "_linkedBinding", "openStdin"];
const IDENTITY = ["setuid", "setgid", "seteuid", "setegid", "setgroups", "initgroups", "umask", "chdir", "loadEnvFile"];

/** Gives up the rights of this process. */
export function giveUpRights(): void {
  const target = process as unknown as Record<string, unknown>;
  for (const name of [...REACHING, ...IDENTITY]) delete target[name];
  os.setPriority = refuse;
  v8.setFlagsFromString = refuse;
  syncBuiltinESMExports();
  const { permission } = process as { permission?: { drop?(scope: string): void } };
  permission?.drop?.("fs.read");
}

function refuse(): never {
  throw new Error("This process may not do that.");
}
