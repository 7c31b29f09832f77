// The gateway that takes over from one that was killed: in this very process, which costs a fraction of another start, on the same
// database and site.
import { type App, createApp } from "../../src/app.ts";
import { createLog } from "../../src/lib/log.ts";
import { readSettings } from "../../src/settings.ts";
import { type LogLine, type ProcessOptions, SECRET } from "./process.ts";

export interface Successor {
  url: string;
  store: App["store"];
  /** Hears every log line from now on; gives what ends it. */
  listen(hear: (line: LogLine) => void): () => void;
  stop(): Promise<void>;
}

/** Starts one; `clock` tells it another time than the machine's. */
export async function startSuccessor({
  databaseUrl,
  site,
  env = {},
  clock,
}: Pick<ProcessOptions, "databaseUrl" | "site" | "env"> & { clock?: () => number }): Promise<Successor> {
  const ears = new Set<(line: LogLine) => void>();
  const hear = (text: string): void => {
    const line = JSON.parse(text) as LogLine;
    for (const ear of ears) ear(line);
  };
  const own = { PORT: "0", DATABASE_URL: databaseUrl, CROSSDESK_SITE: site.file, CROSSDESK_SECRET_KEY: SECRET };
  const app = await createApp({
    ...{ settings: readSettings({ ...own, ...env }), log: createLog("info", hear), say: () => undefined },
    onDeath(error) {
      throw error;
    },
    ...(clock ? { clock } : {}),
  });
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopped ??= app.close();
    return stopped;
  };
  return {
    ...{ url: app.url, store: app.store, stop },
    listen(ear) {
      ears.add(ear);
      return () => void ears.delete(ear);
    },
  };
}
