// `crossdesk erase`: takes a person out of everything that is kept.
import { readSettings } from "../settings.ts";
import { type CliCommand, EXIT, textOf, WrongUsage } from "./command.ts";
import { createProgress } from "./progress.ts";

const TEXT = `
Replaces every WORD (an address, a name, a telephone number) by [erased] in
persons, tickets, tasks, events, raw messages, refused and set aside messages,
deliveries and their tries, names of files, alerts and the audit log. Upper and
lower case are the same. Ids, numbers, positions and times stay, so the history
of every task stays what it was. That something was erased stands in the audit
log, not of whom.

Try it with --dry-run first: it counts rows by table. A short word is found in
other words too. It works in small steps; stopped by Ctrl-C it says where to go
on. Once more changes nothing more.

Not searched: what is inside of files, and mails in base64 or quoted-printable,
which are counted. Not touched: the site (credentials, mailboxes), backups, what
partners were sent, logs, and binary logs of MariaDB.

On SQLite the gateway is stopped for it.`;

const SHORTEST = 3;

export const erase: CliCommand = {
  summary: "take a person out of everything that is kept",
  line: "erase WORD... [--dry-run] [--from TABLE] [--json]",
  text: TEXT,
  words: { least: 1, most: 20 },
  options: {
    "dry-run": { type: "boolean", says: "counts, and changes nothing" },
    from: { type: "string", value: "TABLE", says: "goes on with this table, as told when it was stopped" },
    json: { type: "boolean", says: "prints the counts as JSON" },
  },
  async run(call) {
    const words = call.words.map((word) => word.trim());
    const short = words.find((word) => word.length < SHORTEST);
    if (short !== undefined) throw new WrongUsage(`"${short}" is too short: it would be found everywhere.`);
    const trial = call.values["dry-run"] === true;
    const { eraseIn, ERASE_TABLES } = await import("../app/erase.ts");
    const from = textOf(call, "from") ?? null;
    if (from !== null && !ERASE_TABLES.includes(from)) throw new WrongUsage(`--from takes one of ${ERASE_TABLES.join(", ")}.`);
    const progress = createProgress(call);
    const { rows, hidden, stoppedAt } = await eraseIn(readSettings(call.env), {
      ...{ words, trial, from, signal: call.signal, now: Date.now() },
      onStep: (table, looked) => progress.at(() => `${table}: ${looked} rows looked at`),
    });
    if (call.values["json"] === true) await call.print(JSON.stringify({ rows, hidden, stoppedAt }));
    else
      for (const [table, count] of Object.entries(rows))
        await call.print(`${table}: ${count} rows${trial ? " would be" : ""} changed`);
    if (hidden > 0) call.note(`${hidden} messages are packed or encoded and could not be searched: retention removes them.`);
    if (stoppedAt === null) return EXIT.done;
    call.note(`Stopped. crossdesk erase ... --from ${stoppedAt} goes on.`);
    return EXIT.stopped;
  },
};
