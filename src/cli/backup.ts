// `crossdesk backup` and `crossdesk restore`: one consistent state of the database, into a folder and back.
import { readSettings } from "../settings.ts";
import type { CliCommand } from "./command.ts";
import { createProgress } from "./progress.ts";

export const backup: CliCommand = {
  summary: "copy the database into a folder while the gateway runs",
  line: "backup DIR [--with-key]",
  text: `
Writes the database of DATABASE_URL as it is at one moment into DIR, a new or
empty folder, while gateways go on: SQLite by its own online copy, MariaDB by
mariadb-dump in one transaction. backup.json, written last, has the digest by
which restore sees damage. A backup that was stopped is begun anew in the same
folder.

The secret key is NOT in the backup unless --with-key says so: whoever has both
can read every password the gateway keeps. Keep CROSSDESK_SECRET_KEY or the key
file elsewhere; without it a restored gateway knows no mailbox password and no
secret of a System.`,
  words: { least: 1, most: 1 },
  options: { "with-key": { type: "boolean", says: "copies the key file into DIR too" } },
  async run(call) {
    const { backup: write } = await import("../app/backup/backup.ts");
    const progress = createProgress(call);
    const withKey = call.values["with-key"] === true;
    const folder = call.words[0] ?? "";
    const { bytes, position, sha256 } = await write({
      ...{ settings: readSettings(call.env), folder, withKey, signal: call.signal },
      onProgress: (says) => progress.at(() => says),
    });
    await call.print(`${folder}: ${bytes} bytes, ${position === null ? "" : `up to position ${position}, `}SHA-256 ${sha256}`);
    call.note(
      withKey
        ? "THE SECRET KEY IS IN IT: whoever has this folder can read every password."
        : "The secret key is NOT in it: keep it elsewhere.",
    );
  },
};

export const restore: CliCommand = {
  summary: "put a backup back",
  line: "restore DIR [--force]",
  text: `
Puts a backup back into the database of DATABASE_URL, after its form and digest
were found right. The gateway is stopped for it. A database that is there is
written over only with --force; on SQLite it is kept beside, under another name.

What happened after the backup is gone here, but others know of it. Positions
of the feed leap on, above all that anybody may have seen: a reader that stands
at one that is gone is answered 410, at any time, and begins again at the
position printed here. Numbers of tickets and tasks go on from the backup, so
numbers given since may be given again: raise them in ticketing first, or
import what it knows. Partners whose calls were answered since the backup are
asked to send them again.`,
  words: { least: 1, most: 1 },
  options: { force: { type: "boolean", says: "writes over a database that is there" } },
  async run(call) {
    const { restore: put } = await import("../app/backup/backup.ts");
    const progress = createProgress(call);
    const { manifest, kept } = await put({
      ...{
        settings: readSettings(call.env),
        folder: call.words[0] ?? "",
        force: call.values["force"] === true,
        signal: call.signal,
      },
      onProgress: (says) => progress.at(() => says),
    });
    await call.print(`Restored as of ${manifest.at}${manifest.position === null ? "" : `, position ${manifest.position}`}.`);
    if (kept !== null) call.note(`What was there is kept as ${kept}.`);
    call.note(
      "Readers of the feed that were further are answered 410, each begins again at this position; new events have much higher ones.",
    );
    call.note(
      `Partners answered since ${manifest.at} have to send those calls again, and numbers given since may be given again.`,
    );
    call.note(
      manifest.key
        ? "The key file is in the backup: put it beside the database by hand."
        : "The secret key is not in the backup: crossdesk doctor says whether the present one fits.",
    );
  },
};
