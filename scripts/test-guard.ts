// Loaded into every test process by the runner: ends the process when it takes too long or when the runner is gone, even if
// its tests or their ends hang. It must never keep a process alive by itself.
import { isMainThread } from "node:worker_threads";

const MOST_MS = Number(process.env["CROSSDESK_TEST_FILE_MS"]);
const LOOK_MS = 1000;

function end(reason: string): void {
  process.stderr.write(`${process.argv[1]} ${reason} and was ended.\n`);
  // The test runner answers softer signals by waiting for the very hooks that hang.
  process.kill(process.pid, "SIGKILL");
}

if (isMainThread && MOST_MS > 0) {
  const parent = process.ppid;
  setTimeout(() => end(`took more than ${MOST_MS / 1000} s`), MOST_MS).unref();
  setInterval(() => process.ppid !== parent && end("lost its runner"), LOOK_MS).unref();
}
