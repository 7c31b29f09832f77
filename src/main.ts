// Starts the gateway and stops it on a signal.
import { createApp } from "./app.ts";
import { createLineWriter } from "./lib/lines.ts";
import { createLog, errorText, lineText, type Log } from "./lib/log.ts";
import { readSettings } from "./settings.ts";

// What the gateway writes (database, keys) is for its own user alone.
process.umask(0o077);

try {
  const settings = readSettings(process.env);
  const lines = createLineWriter(process.stdout, { onLost: (count) => lineText("warn", "log.lost", { lines: count }) });
  process.on("exit", lines.flush);
  // A warning of Node itself is no reason to fall either.
  process.stderr.on("error", () => undefined);
  const log = createLog(settings.logLevel, lines.line);
  const die = (error: unknown): void => {
    log("error", "gateway.died", { error: errorText(error) });
    process.exit(1);
  };
  const app = await createApp({ settings, log, say: lines.line, linesLost: lines.lost, onDeath: die });
  stopOnSignal(log, settings.stopSeconds, app.close);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/** The first signal ends it in order, within its time; another one at once. */
function stopOnSignal(log: Log, seconds: number, close: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: string): void => {
    log("info", stopping ? "gateway.stopped_at_once" : "gateway.stopping", { signal });
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => {
      log("error", "gateway.stop_failed", { error: `not done after ${seconds} s` });
      process.exit(1);
    }, seconds * 1000).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log("error", "gateway.stop_failed", { error: errorText(error) });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
}
