// Which test files share a process. To load the gateway and to start it for the first time costs more than most files' own tests, so
// files of a folder share both; each is a suite of its own there, with its own hooks.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const MOST_TOGETHER = 10;
/** Folders of long files, or of tests of this very runner. */
const APART = /^test\/(helpers|house|store)\//;
/** What changes or measures its process is not for company; what is long, or has the gateway in processes of its own, gains nothing. */
const ALONE =
  /\b(mock\.|process\.(on|once|exit|kill|chdir|umask|memoryUsage)|worker_threads|startProcess|startDovecot|story-\w+|sandbox|[bB]rowser)/;

export interface TestProcesses {
  /** One for each process: a test file, or one that was written to load several. */
  files: string[];
  remove(): void;
}

/** A single file that was asked for has its process alone, as it would without this. */
export function sharingProcesses(files: readonly string[]): TestProcesses {
  const [alone = [], sitting = []] = [false, true].map((may) => files.filter((file) => maySit(file) === may));
  const folders = Map.groupBy(sitting, (file) => path.dirname(file));
  // The long ones first: none of them is left to run by itself when all others have ended.
  const together = [...alone.map((file) => [file]), ...[...folders.values()].flatMap(chunks)];
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-groups-"));
  const nameOf = (of: readonly string[], index: number): string =>
    `${path.dirname(of[0] ?? "").replaceAll("/", "-")}-${index}.mjs`;
  const written = together.map((of, index) =>
    of.length > 1 ? writeGroup(path.join(folder, nameOf(of, index)), of) : `${of[0]}`,
  );
  return { files: written, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function maySit(file: string): boolean {
  return file.startsWith("test/") && !APART.test(file) && !ALONE.test(readFileSync(file, "utf8"));
}

function chunks(files: readonly string[]): string[][] {
  const count = Math.ceil(files.length / MOST_TOGETHER);
  return Array.from({ length: count }, (_, index) => files.filter((_file, at) => at % count === index));
}

/** Inside a suite, so that what a file does before and after its tests stays with them. */
function writeGroup(group: string, files: readonly string[]): string {
  const lines = files.map((file) => {
    const address = pathToFileURL(path.resolve(file)).href;
    return `suite(${JSON.stringify(file)}, async () => void (await import(${JSON.stringify(address)})));`;
  });
  writeFileSync(group, ['import { suite } from "node:test";', ...lines, ""].join("\n"));
  return group;
}
