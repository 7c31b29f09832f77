// WS-Addressing as far as it serves here: the id by which a sender knows its message again. Answers carry none of its headers, as
// ASMX sends none.
import { hash } from "node:crypto";
import type { Caller, DuplicateKey } from "../../../core/ports.ts";
import { Failure } from "../../../core/errors.ts";
import type { HeaderElement } from "./headers.ts";
import type { Reading } from "./reader.ts";

/** The versions in use: the Recommendation of 2005, and the submissions older toolkits were built for. */
const NAMESPACES: readonly string[] = [
  "http://www.w3.org/2005/08/addressing",
  "http://schemas.xmlsoap.org/ws/2004/08/addressing",
  "http://schemas.xmlsoap.org/ws/2004/03/addressing",
  "http://schemas.xmlsoap.org/ws/2003/03/addressing",
];

/** Whether a header block is a message id (WS-Addressing 1.0 Core, section 3.2). */
export function isMessageId(uri: string, local: string): boolean {
  return local === "MessageID" && NAMESPACES.includes(uri);
}

const KEEP_MS = 24 * 60 * 60_000;
const LONGEST = 1024;

/**
 * The duplicate key of a request that carries a message id, null for one without. The payload is what the request says, not its
 * bytes: a security header differs each time it is sent. Throws a `Failure` for two ids, or one too long to be one.
 */
export function duplicateKeyOf({ operation, values, headers }: Reading, caller: Caller): DuplicateKey | null {
  const id = messageIdOf(headers);
  if (id === null) return null;
  const holder = caller.kind === "provider" ? `provider:${caller.provider}` : `${caller.kind}:${caller.credential}`;
  const payload = hash("sha256", JSON.stringify([operation.name, values]), "hex");
  return { scope: `soap:${holder}`, key: hash("sha256", id, "hex"), payload, keepMs: KEEP_MS };
}

function messageIdOf(headers: readonly HeaderElement[]): string | null {
  const ids = headers.filter(({ uri, local, depth }) => depth === 0 && isMessageId(uri, local));
  const [first] = ids;
  if (first === undefined) return null;
  const id = first.text.trim();
  if (ids.length > 1 || id.length > LONGEST)
    throw new Failure("invalid_request", `A MessageID header comes once and has at most ${LONGEST} characters.`);
  return id || null;
}
