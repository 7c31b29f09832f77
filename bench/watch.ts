// A gateway whose event loop is watched, and asking it for how long it was held. While it is held nobody else is answered, so the
// longest time is what counts.
import { request } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

const WATCHED = fileURLToPath(new URL("servers/watched-gateway.ts", import.meta.url));

export interface Watch {
  /** What to start the gateway with. */
  options: { main: string; env: Readonly<Record<string, string>> };
  /** Asks it for the longest time its event loop was held since it was last asked, in milliseconds. */
  longestHeld(): Promise<number>;
}

/** Makes a watch of one gateway. `name` is no other watch's in the folder. */
export function makeWatch(folder: string, name: string): Watch {
  const socketPath = path.join(folder, `${name}.sock`);
  return {
    options: { main: WATCHED, env: { CROSSDESK_BENCH_WATCH: socketPath } },
    longestHeld: () => longestHeld(socketPath),
  };
}

function longestHeld(socketPath: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, agent: false }, async (answer) => {
      const chunks: Buffer[] = await answer.toArray();
      resolve((JSON.parse(Buffer.concat(chunks).toString()) as { longestMs: number }).longestMs);
    });
    asked.on("error", reject).end();
  });
}
