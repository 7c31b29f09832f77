// A gateway that waits for mails in a real mailbox, for measuring what becomes of one mail after the other. It is told of new mails
// by the server (IDLE): looking by itself would take a minute.
import path from "node:path";
import { type TestDovecot, startDovecot } from "../test/helpers/dovecot.ts";
import { type GatewayProcess, startProcess, writeSite } from "../test/helpers/process.ts";
import { headOf, mailboxDocument } from "../test/helpers/story.ts";
import { seed } from "./seed.ts";
import { makeWatch, type Watch } from "./watch.ts";

export const TASKS = 10;
export const FROM = "noc@acme.example";
const POLL_SECONDS = 60;
const MOST_WAIT_MS = 50_000;

/** How a mail ended. */
export interface Ended {
  outcome: string;
  bytes: number;
  /** When the line of its end was heard, by the clock of `performance`. */
  at: number;
}

export interface Post {
  /** Delivers a mail to the mailbox and waits for its end. */
  deliver(raw: Buffer): Promise<Ended>;
  /** Events that mails led to so far. */
  stored(): Promise<number>;
  watch: Watch;
}

/** Starts all of it on SQLite, with the tasks TSK-1 to TSK-<TASKS>, and ends it after use. */
export async function withPost<T>(folder: string, name: string, use: (post: Post) => Promise<T>): Promise<T> {
  const dovecot = await startDovecot();
  const site = await writeSite([{ ...mailboxDocument(dovecot), pollSeconds: POLL_SECONDS }]);
  try {
    const databaseUrl = `sqlite:${path.join(folder, `${name}.db`)}`;
    await seed(databaseUrl, { ...site.document, mailboxes: [] }, TASKS);
    const watch = makeWatch(folder, name);
    const gateway = await startProcess({ databaseUrl, site, ...watch.options });
    try {
      const line = { url: gateway.url, key: site.keys.ticketing };
      const before = await headOf(line);
      const stored = async (): Promise<number> => (await headOf(line)) - before;
      return await use({ deliver: (raw) => deliver(gateway, dovecot, raw), stored, watch });
    } finally {
      await gateway.stop();
    }
  } finally {
    await site.remove();
    await dovecot.remove();
  }
}

async function deliver(gateway: GatewayProcess, dovecot: TestDovecot, raw: Buffer): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const timer = setTimeout(() => reject(new Error(`a mail of ${raw.length} bytes did not come to its end`)), MOST_WAIT_MS);
  const stop = gateway.listen(({ event, channel, outcome, bytes }) => {
    if (event !== "message.answered" || channel !== "email") return;
    resolve({ outcome: String(outcome), bytes: Number(bytes), at: performance.now() });
  });
  try {
    const [ended] = await Promise.all([promise, dovecot.append(raw)]);
    return ended;
  } finally {
    clearTimeout(timer);
    stop();
  }
}
