// What stands beside the data of a backup: which database it is of, how far it goes, and the digest by which damage is seen.
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Manifest {
  format: 1;
  /** The kind of database; a backup goes back to its own kind. */
  of: "sqlite" | "mariadb";
  at: string;
  /** The steps its database has gone through. */
  migrations: readonly string[];
  /** The highest position of the feed in it; null where it was not looked for. */
  position: number | null;
  file: string;
  bytes: number;
  sha256: string;
  /** Whether the key file is in it. */
  key: boolean;
}

const NAME = "backup.json";

/** Written last: a folder without it is no whole backup. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, NAME), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
}

/** Reads it and checks that the data is what was written. Throws when it is not. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, NAME);
  if (!existsSync(path)) throw new Error(`${folder} is no whole backup: ${NAME} is missing.`);
  const manifest = JSON.parse(await readFile(path, "utf8")) as Manifest;
  if (manifest.format !== 1) throw new Error(`${path} is of a form this version does not know.`);
  const found = await digestOfFile(join(folder, manifest.file));
  if (found.sha256 !== manifest.sha256)
    throw new Error(`${join(folder, manifest.file)} is damaged: it is not what the backup wrote. Take another backup.`);
  return manifest;
}

/** SHA-256, hex, and the number of bytes. */
export async function digestOfFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest("hex"), bytes };
}
