// Where the secret key is, for those that only look: the gateway makes a key file, this never does.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The key, or what is wrong with it. `open` tells that others than its owner may read the file. */
export interface KeyState {
  key: Uint8Array | null;
  says: string;
  open: boolean;
}

export const KEY_FILE = "crossdesk.key";

/** The key as set, else that of the key file. */
export function keyOf(given: string, folder: string): KeyState {
  const file = join(folder, KEY_FILE);
  if (given === "" && !existsSync(file))
    return { key: null, says: `no CROSSDESK_SECRET_KEY is set and there is no key file ${file}`, open: false };
  const text = given === "" ? readFileSync(file, "utf8").trim() : given;
  const key = Buffer.from(text, "base64");
  const where = given === "" ? `the key file ${file}` : "CROSSDESK_SECRET_KEY";
  if (key.length !== 32) return { key: null, says: `${where} is not 32 bytes in base64`, open: false };
  return { key, says: where, open: given === "" && (statSync(file).mode & 0o077) !== 0 };
}
