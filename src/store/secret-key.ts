// The key that seals what must be kept in the clear: as it is set, else from a key file beside the database.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";

/** The key as set, else from the key file, which is made on first use and readable by its owner alone. */
export function secretKey(given: string, folder: string): Uint8Array {
  const key = given === "" ? keyFile(folder) : Buffer.from(given, "base64");
  if (key.length !== 32) throw new Error("CROSSDESK_SECRET_KEY must be 32 bytes in base64");
  return key;
}

function keyFile(folder: string): Uint8Array {
  const file = join(folder, "crossdesk.key");
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  }
  return Buffer.from(readFileSync(file, "utf8").trim(), "base64");
}
