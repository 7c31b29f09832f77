// Starts the gateway and stops it on a signal.
import { createApp } from "./app.ts";
import { createLog, errorText, gatherLines } from "./lib/log.ts";
import { readSettings } from "./settings.ts";

// What the gateway writes (database, keys) is for its own user alone.
process.umask(0o077);

try {
  const settings = readSettings(process.env);
  const lines = gatherLines((text) => process.stdout.write(text));
  process.on("exit", lines.flush);
  const log = createLog(settings.logLevel, lines.line);
  const die = (error: unknown): void => {
    log("error", "gateway.died", { error: errorText(error) });
    process.exit(1);
  };
  const app = await createApp({
    settings,
    log,
    say: (text) => process.stdout.write(`${text}\n`),
    onDeath: die,
  });
  const stop = (signal: string): void => {
    log("info", "gateway.stopping", { signal });
    const late = setTimeout(() => process.exit(1), settings.stopSeconds * 1000);
    app.close().then(
      () => {
        clearTimeout(late);
        process.exit(0);
      },
      (error: unknown) => {
        log("error", "gateway.stop_failed", { error: errorText(error) });
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
