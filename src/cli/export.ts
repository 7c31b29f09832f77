// `crossdesk export`: tickets and tasks with their references and history, and the site without secrets, as lines that `import` takes.
import type { Direct } from "../app/direct.ts";
import type { ImportRecord } from "../core/import-record.ts";
import { type Call, type CliCommand, goOn } from "./command.ts";
import { directly } from "./direct.ts";
import { GATEWAY_OPTIONS, gatewayOf } from "./gateway.ts";
import { createProgress } from "./progress.ts";

const TEXT = `
Writes tickets and tasks to standard output, one JSON object a line: first the
site without secrets, then tickets, then tasks with all references and their
history. crossdesk import reads it. Each record is as it was when it was read;
what changes meanwhile may be exported again.

Files of tasks, raw messages, deliveries and secrets are not in it: for all of
a gateway there is crossdesk backup.

Without --url the database of DATABASE_URL is read directly, which needs the
gateway stopped on SQLite.`;

export const exportCommand: CliCommand = {
  summary: "write tickets, tasks and their history as lines of JSON",
  line: "export [--open] [--url URL --key KEY] > FILE",
  text: TEXT,
  options: {
    open: { type: "boolean", says: "only tasks that are not closed, and their tickets" },
    ...GATEWAY_OPTIONS,
  },
  async run(call) {
    const gateway = gatewayOf(call);
    if (!gateway) return directly(call, (direct) => write(call, localSource(direct)));
    await write(call, {
      site: () => gateway.call<object>("GET", "/v1/site"),
      page: (after, open) =>
        gateway.call<Page>(
          "GET",
          `/v1/exports?limit=200&open=${open}${after === null ? "" : `&after=${encodeURIComponent(after)}`}`,
        ),
    });
  },
};

interface Page {
  records: readonly ImportRecord[];
  next: string | null;
}

interface Source {
  site(): Promise<object>;
  page(after: string | null, open: boolean): Promise<Page>;
}

function localSource({ store, describeSite }: Direct): Source {
  return {
    site: async () => describeSite(),
    page: (after, open) => store.exports.page({ ...(after === null ? {} : { after }), limit: 200, open }),
  };
}

async function write(call: Call, source: Source): Promise<void> {
  const open = call.values["open"] === true;
  const progress = createProgress(call);
  let written = 0;
  await call.print(JSON.stringify({ kind: "export", format: 1, at: new Date().toISOString() }));
  await call.print(JSON.stringify({ kind: "site", site: await source.site() }));
  for (let after: string | null = null, more = true; more; ) {
    goOn(call, `Stopped after ${written} records: what is written is a part.`);
    const page: Page = await source.page(after, open);
    for (const record of page.records) await call.print(JSON.stringify(record));
    written += page.records.length;
    progress.at(() => `${written} records`);
    [after, more] = [page.next, page.next !== null];
  }
  call.note(`${written} records.`);
}
