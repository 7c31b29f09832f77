// Why a file or folder could not be used, in words for whoever named it.

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file.",
  ENOTDIR: "a part of this path is no folder.",
  EISDIR: "this is a folder.",
  EEXIST: "this is a file.",
  EACCES: "this user may not use it.",
  EPERM: "this user may not use it.",
  EROFS: "it is on a disk that cannot be written to.",
  ENOSPC: "the disk is full.",
};

/** An error of the file system as a sentence that begins with the path; any other as its own words after the path. */
export function fileError(path: string, error: unknown): Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const says = WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  return new Error(`${path}: ${says}`, { cause: error });
}
