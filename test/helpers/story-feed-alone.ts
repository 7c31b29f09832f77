// The story of the feed's readers with one gateway process and a broker that falls and comes back while all goes on.
import { startNats } from "./nats.ts";
import { startProcess, writeSite } from "./process.ts";
import { feedPage, type Line } from "./story.ts";
import { tellFeed } from "./story-feed.ts";

const WRITERS = 4;

export interface Alone {
  databaseUrl: string;
  /** Of each of the four writers. */
  calls: number;
  /** How often the broker falls at most. */
  falls: number;
}

/** Tells it once, from the first start of the gateway to its end. */
export async function tellFeedAlone({ databaseUrl, calls, falls }: Alone): Promise<{ events: number; falls: number }> {
  const nats = await startNats();
  const site = await writeSite();
  const gateway = await startProcess({ databaseUrl, site, env: { CROSSDESK_NATS_URL: nats.url } });
  const desk: Line = { url: gateway.url, key: site.keys.ticketing };
  let fallen = 0;
  try {
    const tasks = await openTasks(desk);
    const before = (await feedPage(desk, 0)).head;
    const disturb = async (): Promise<void> => {
      // Each fall waits for some more events, so that it comes in the middle of them.
      const { head } = await feedPage(desk, before, "&type=crossdesk.task.closed");
      const next = before + ((fallen + 1) * WRITERS * calls) / (falls + 1);
      if (fallen >= falls || head < next) return void (await feedPage(desk, head, "&wait=1"));
      fallen += 1;
      await nats.kill();
      await nats.start();
    };
    const provider: Line = { url: gateway.url, key: site.keys.acme };
    const desks = Array.from({ length: WRITERS }, () => desk);
    const providers = Array.from({ length: WRITERS }, () => provider);
    const events = await tellFeed({ desks, providers, nats, tasks, writersEach: 1, callsEach: calls, disturb });
    return { events, falls: fallen };
  } finally {
    await gateway.kill();
    await nats.remove();
    await site.remove();
  }
}

async function openTasks({ url, key }: Line): Promise<string[]> {
  const post = async (at: string, json: object): Promise<void> => {
    const headers = { "x-api-key": key, "content-type": "application/json" };
    const answer = await fetch(url + at, { method: "POST", headers, body: JSON.stringify(json) });
    if (answer.status !== 201) throw new Error(await answer.text());
  };
  const tasks = ["K-0", "K-1", "K-2"];
  await post("/v1/tickets", { number: "T-1", subject: "Shared by all" });
  for (const number of tasks) await post("/v1/tickets/T-1/tasks", { number, group: "acme-field", subject: "A task" });
  return tasks;
}
