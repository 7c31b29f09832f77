// How fast mails go from a real mailbox to committed events: they lie there when the gateway starts, and it reads them all.
import path from "node:path";
import { type TestDovecot, startDovecot } from "../test/helpers/dovecot.ts";
import type { TestMariadb } from "../test/helpers/mariadb.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "../test/helpers/process.ts";
import { headOf, mailboxDocument, mailBytes } from "../test/helpers/story.ts";
import { seed } from "./seed.ts";

export interface MailsMeasured {
  name: string;
  mails: number;
  bytesEach: number;
  perSecond: number;
  /** Events stored, which must be the mails. */
  stored: number;
}

/** A text that makes a mail of some 5 KB. */
const TEXT = "The engineer has looked at the line and measured it again. ".repeat(58);
const TASKS = 1000;

/** Reads `mails` mails on each database there is. */
export async function measureMails(folder: string, mails: number, mariadb: TestMariadb | null): Promise<MailsMeasured[]> {
  const dovecot = await startDovecot();
  try {
    const measured = [await measure("mails-sqlite", `sqlite:${path.join(folder, "mails.db")}`, { dovecot, mails })];
    if (mariadb) {
      await dovecot.recreate();
      measured.push(await measure("mails-mariadb", await mariadb.createDatabase(), { dovecot, mails }));
    }
    return measured;
  } finally {
    await dovecot.remove();
  }
}

interface Post {
  dovecot: TestDovecot;
  mails: number;
}

async function measure(name: string, databaseUrl: string, { dovecot, mails }: Post): Promise<MailsMeasured> {
  const raws = Array.from({ length: mails }, (_, index) => {
    const command = { type: "update_message", task: `TSK-${(index % TASKS) + 1}`, message: `${index}. ${TEXT}` } as const;
    return mailBytes(command, "noc@acme.example", `${name}-${index}@acme.example`);
  });
  await dovecot.append(...raws);
  const site = await writeSite([mailboxDocument(dovecot)]);
  try {
    await seed(databaseUrl, { ...site.document, mailboxes: [] }, TASKS);
    const gateway = await startProcess({ databaseUrl, site });
    try {
      return { name, mails, bytesEach: raws[0]?.length ?? 0, ...(await readAll(gateway, site, mails)) };
    } finally {
      await gateway.stop();
    }
  } finally {
    await site.remove();
  }
}

/** From the first mail's end to the last one's, so that start and login do not count. */
async function readAll(gateway: GatewayProcess, site: KnownSite, mails: number): Promise<{ perSecond: number; stored: number }> {
  const line = { url: gateway.url, key: site.keys.ticketing };
  const before = TASKS * 2 + 1;
  let answered = 0;
  let firstAt = 0;
  await new Promise<void>((resolve) => {
    gateway.listen(({ event, channel }) => {
      if (event !== "message.answered" || channel !== "email") return;
      if (answered++ === 0) firstAt = performance.now();
      if (answered === mails) resolve();
    });
  });
  const perSecond = (mails - 1) / ((performance.now() - firstAt) / 1000);
  return { perSecond, stored: (await headOf(line)) - before };
}
