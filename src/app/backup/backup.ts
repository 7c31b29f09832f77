// Backs a database up beside its running gateways, and puts a backup back. Which kind it is, is known from its address alone.
import { chmod, copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileError } from "../../lib/file-error.ts";
import type { Settings } from "../../settings.ts";
import { copySqlite, putSqlite } from "../../store/copy-sqlite.ts";
import { inspect } from "../../store/dialect.ts";
import { leapOf, leapStatements } from "../../store/leap.ts";
import { KEY_FILE } from "../../store/key-file.ts";
import { steps } from "../../store/migrate.ts";
import { digestOfFile, type Manifest, readManifest, writeManifest } from "./manifest.ts";
import { dumpServer, loadServer } from "./server.ts";

export interface BackupOptions {
  settings: Pick<Settings, "databaseUrl">;
  folder: string;
  signal: AbortSignal;
  /** Tells how far it is. */
  onProgress(says: string): void;
}

const fileOf = ({ databaseUrl }: BackupOptions["settings"]): string => resolve(databaseUrl.slice("sqlite:".length));
const isFile = ({ databaseUrl }: BackupOptions["settings"]): boolean => databaseUrl.startsWith("sqlite:");
const percent = (share: number): string => `${Math.floor(share * 100)} %`;
const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MiB`;

/** Writes a backup into an empty folder, which it makes. What an attempt that was stopped left there is written anew. */
export async function backup(options: BackupOptions & { withKey: boolean }): Promise<Manifest> {
  const { settings, folder, withKey } = options;
  await (await inspect(settings.databaseUrl)).close(); // Before the folder: where nothing can be read nothing is left behind.
  await emptyFolder(folder);
  const { file, of } = isFile(settings)
    ? ({ file: "crossdesk.db", of: "sqlite" } as const)
    : ({ file: "crossdesk.sql", of: "mariadb" } as const);
  const path = join(folder, file);
  await (of === "sqlite" ? fromFile(options, path) : fromServer(options, path));
  await chmod(path, 0o600);
  if (withKey) await keyInto(settings, folder);
  const state = of === "sqlite" ? await stateOf(`sqlite:${path}`) : await stateOf(settings.databaseUrl);
  const manifest: Manifest = {
    ...{ format: 1, of, at: new Date().toISOString(), migrations: state.migrations },
    // A dump has no position of its own: the server may have gone on since.
    ...{ position: of === "sqlite" ? state.position : null, file, ...(await digestOfFile(path)), key: withKey },
  };
  await writeManifest(folder, manifest);
  return manifest;
}

async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => Promise.reject(fileError(folder, error)));
  const there = await readdir(folder);
  const others = there.filter((one) => !["crossdesk.db", "crossdesk.sql", "crossdesk.db-journal"].includes(one));
  if (others.length > 0) throw new Error(`${folder} is not empty (${others[0]}): a backup has a folder of its own.`);
  for (const one of there) await rm(join(folder, one));
}

function fromFile({ settings, signal, onProgress }: BackupOptions, to: string): Promise<void> {
  return copySqlite({ from: fileOf(settings), to, signal, onProgress: (share) => onProgress(percent(share)) });
}

function fromServer({ settings, signal, onProgress }: BackupOptions, file: string): Promise<void> {
  return dumpServer({ url: settings.databaseUrl, file, signal, onBytes: (bytes) => onProgress(mebibytes(bytes)) });
}

async function keyInto(settings: BackupOptions["settings"], folder: string): Promise<void> {
  const from = join(isFile(settings) ? dirname(fileOf(settings)) : resolve("data"), KEY_FILE);
  await copyFile(from, join(folder, KEY_FILE));
  await chmod(join(folder, KEY_FILE), 0o600);
}

async function stateOf(url: string): Promise<{ migrations: string[]; position: number }> {
  const database = await inspect(url);
  try {
    const done = await database.reader.all<{ name: string }>("select name from migrations order by name");
    const [row] = await database.reader.all<{ value: number }>("select value from meta where name = 'position'");
    return { migrations: done.map(({ name }) => name), position: row?.value ?? 0 };
  } finally {
    await database.close();
  }
}

/** Puts a backup back, after its form and digest were found right. Refuses to overwrite unless forced. */
export async function restore(options: BackupOptions & { force: boolean }): Promise<{ manifest: Manifest; kept: string | null }> {
  const { settings, folder, force } = options;
  const manifest = await readManifest(folder);
  const of = isFile(settings) ? "sqlite" : "mariadb";
  if (manifest.of !== of)
    throw new Error(
      `The backup is of ${manifest.of}, and DATABASE_URL names ${of}. crossdesk export and import go between them.`,
    );
  const known = (await steps()).map(({ name }) => name);
  const strange = manifest.migrations.filter((one) => !known.includes(one));
  if (strange.length > 0)
    throw new Error(`The backup is of a newer version (it has ${strange.join(", ")}): restore it with that version.`);
  const path = join(folder, manifest.file);
  const statements = leapStatements(leapOf(Date.parse(manifest.at), Date.now()));
  if (of === "mariadb") {
    await intoServer(options, path, statements);
    return { manifest, kept: null };
  }
  await mkdir(dirname(fileOf(settings)), { recursive: true, mode: 0o700 });
  const { kept } = putSqlite({ copy: path, file: fileOf(settings), force, statements });
  return { manifest, kept };
}

async function intoServer(
  { settings, signal, onProgress, force }: BackupOptions & { force: boolean },
  file: string,
  statements: readonly string[],
): Promise<void> {
  const database = await inspect(settings.databaseUrl);
  try {
    const tables = await database.reader.all(
      "select table_name from information_schema.tables where table_schema = database() limit 1",
    );
    if (tables.length > 0 && !force) throw new Error("The database has tables already. --force writes over those of a gateway.");
  } finally {
    await database.close();
  }
  await loadServer({ url: settings.databaseUrl, file, signal, statements, onBytes: (bytes) => onProgress(mebibytes(bytes)) });
}
