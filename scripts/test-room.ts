// The folder that tests keep their files in: in memory where there is room, because hundreds of small databases wait for the disk
// else. What has to be seen on a disk is measured by `npm run soak`.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import path from "node:path";

const MEMORY = "/dev/shm";
const PREFIX = "crossdesk-tests-";
/** Two database servers, their copies and the files of the tests have taken a third of this. */
const NEEDED_BYTES = 3 * 1024 ** 3;

/** Where temporary files go from now on; `remove` takes away what the run left. A TMPDIR that is set is left as it is. */
export function openTestRoom(): { remove(): void } {
  if (process.env["TMPDIR"] || !hasRoom()) return { remove: () => undefined };
  for (const name of readdirSync(MEMORY)) if (isLeft(name)) removeLeft(path.join(MEMORY, name));
  const folder = mkdtempSync(path.join(MEMORY, `${PREFIX}${process.pid}-`));
  // A mail server's own processes run as another user, and have to reach their files in it.
  chmodSync(folder, 0o711);
  process.env["TMPDIR"] = folder;
  return { remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** One in which a file system of a killed test is still mounted stays: it is no reason not to run. */
function removeLeft(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    return;
  }
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= NEEDED_BYTES;
  } catch {
    return false;
  }
}

/** Whether a folder is that of a run that was killed. */
function isLeft(name: string): boolean {
  const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split("-")[0]) : Number.NaN;
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
