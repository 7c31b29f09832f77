// What a call asks of the core: one command, with what its repeats are known by; a file it brings is staged before. Never carries out
// anything itself.
import { hash } from "node:crypto";
import { Failure } from "../../core/errors.ts";
import type { Caller, Outcome, UnitInput } from "../../core/ports.ts";
import { demandScope, type Visit } from "../visit.ts";
import { duplicateKeyOf } from "./reading/addressing.ts";
import type { Asked, AskedFile } from "./contract/binding.ts";
import type { CallOptions } from "./call.ts";
import type { Reading } from "./reading/reader.ts";

/** A unit whose command may still bring a file with it. */
export interface AskedUnit extends Omit<UnitInput, "commands" | "caller"> {
  asked: Asked;
  caller: Caller;
}

/** Throws `insufficient_scope` unless the credential shown is meant for what is asked. */
export function demandScopeOf({ asked }: AskedUnit, visit: Visit): void {
  demandScope(visit, asked.type === "add_attachment" ? "attachments:write" : "tasks:write");
}

/** The unit of a request that was read. `body` are its bytes. */
export function unitOf(reading: Reading, caller: Caller, body: Buffer): AskedUnit {
  const { operation, values, headers } = reading;
  const asked = operation.toCommand(values);
  const key = duplicateKeyOf(reading, caller);
  if (key !== null) return { asked, caller, channel: "soap", key };
  // A security header is another each time the same message is sent.
  const bytes = headers.length > 0 ? Buffer.from(JSON.stringify(values)) : body;
  return { asked, caller, channel: "soap", digest: digestOf(caller, operation.name, bytes) };
}

/** What a repeat is known by: the same bytes for the same operation from the same sender. */
export function digestOf(caller: Caller, operation: string, bytes: Buffer): string {
  const sender = caller.kind === "provider" ? caller.provider : caller.kind;
  // The bytes first and by themselves, so that a large body is not copied.
  return hash("sha256", `${sender} ${operation}\n${hash("sha256", bytes, "hex")}`, "hex").slice(0, 32);
}

type Options = Pick<CallOptions, "door" | "attachments">;

/** Has the core carry out a unit, a file it brings stored before. */
export function carryOutUnit({ door, attachments }: Options, { asked, caller, ...unit }: AskedUnit): Promise<Outcome> {
  if (asked.type !== "add_attachment") return door.execute({ ...unit, caller, commands: [asked] });
  return attach({ door, attachments }, { asked, caller, ...unit });
}

async function attach(
  { door, attachments }: Options,
  { asked, caller, ...unit }: AskedUnit & { asked: AskedFile },
): Promise<Outcome> {
  const { task, reference, name, contentType, content } = asked;
  if (content === null) throw new Failure("invalid_request", "There is no content to attach.");
  // A rule like any other: it is the file that is too large, and not the request, of which clients are told in ASMX's own words.
  if (bytesIn(content) > attachments.limitBytes) return refused(attachments.limitBytes);
  const file = await attachments.stage({ caller, name: name ?? "", contentType, source: decoded(content) });
  const { id, ...about } = file;
  const command = { type: "add_attachment", task, reference, attachment: id, ...about } as const;
  try {
    const outcome = await door.execute({ ...unit, caller, commands: [command] });
    if (outcome.status === "refused" || outcome.repeated) await attachments.discard(caller, file);
    return outcome;
  } catch (error) {
    await attachments.discard(caller, file);
    throw error;
  }
}

function refused(limitBytes: number): Outcome {
  return { status: "refused", index: 0, refusal: { code: "too_large", detail: `A file has at most ${limitBytes} bytes.` } };
}

/** What a whole base64 text stands for; its padding stands for nothing. */
function bytesIn(base64: string): number {
  return (base64.length / 4) * 3 - (/=*$/.exec(base64.slice(-2))?.[0].length ?? 0);
}

/** Letters of base64 decoded at a time: whole groups of four. */
const LETTERS = 256 * 1024;

function* decoded(base64: string): Generator<Buffer> {
  for (let at = 0; at < base64.length; at += LETTERS) yield Buffer.from(base64.slice(at, at + LETTERS), "base64");
}
