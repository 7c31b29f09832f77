// Checks HTTP Basic credentials (RFC 7617): scrypt beside the main thread, a success remembered for a while.
// Keeps no password: what is remembered is an HMAC under a key that dies with the process.
import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import { hashPassword, verifyPassword } from "../lib/credentials.ts";
import type { Credential } from "../store/site.ts";
import { createLane, dropOldest } from "./limits.ts";

export type BasicCredential = Extract<Credential, { kind: "basic" }>;

/** The two parts of an Authorization header. */
export interface UserAndPassword {
  user: string;
  password: string;
}

export interface BasicCheck {
  /** The credential the header was found to be right for, if that is remembered and still so. */
  remembered(header: string, find: (id: string) => Credential | undefined): BasicCredential | null;
  /** Compares with scrypt; the same header asked for twice at a time is worked out once. `candidate` is null for an unknown user. */
  verify(header: string, shown: UserAndPassword, candidate: BasicCredential | null): Promise<boolean>;
}

interface Memory {
  id: string;
  hash: string;
  until: number;
}

const REMEMBER_MS = 10 * 60_000;
const REMEMBERED = 1000;
const AT_ONCE = 2;
const WAITING = 32;
/** Longest header taken to scrypt; users and passwords are far shorter. */
const LONGEST = 1024;

/** The parts of a Basic Authorization header, or null when it is none. */
export function parseBasic(header: string): UserAndPassword | null {
  if (header.length > LONGEST || !/^basic +[A-Za-z0-9+/]+={0,2} *$/i.test(header)) return null;
  const text = Buffer.from(header.slice(6).trim(), "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Makes the check. `compare` is exchanged by tests that count the work. */
export function createBasicCheck(clock: Clock, compare: typeof verifyPassword = verifyPassword): BasicCheck {
  const key = randomBytes(32);
  const memories = new Map<string, Memory>();
  const pending = new Map<string, Promise<boolean>>();
  const lane = createLane(AT_ONCE, WAITING);
  // An unknown user costs the same work, against a hash nothing matches.
  let decoy: Promise<string> | undefined;

  const sealed = (header: string): string => createHmac("sha256", key).update(header).digest("base64");

  const remember = (mark: string, { id, hash }: BasicCredential): void => {
    memories.delete(mark);
    if (memories.size >= REMEMBERED) dropOldest(memories);
    memories.set(mark, { id, hash, until: clock() + REMEMBER_MS });
  };

  const workOut = async (password: string, candidate: BasicCredential | null): Promise<boolean> => {
    decoy ??= hashPassword(randomBytes(16).toString("hex"));
    const stored = candidate?.hash ?? (await decoy);
    return (await lane(() => compare(password, stored))) && candidate !== null;
  };

  return {
    remembered(header, find) {
      if (memories.size === 0 || header.length > LONGEST) return null;
      const mark = sealed(header);
      const memory = memories.get(mark);
      if (memory === undefined) return null;
      const credential = find(memory.id);
      const valid = memory.until > clock() && credential?.kind === "basic" && credential.hash === memory.hash;
      if (!valid) {
        memories.delete(mark);
        return null;
      }
      // Counted from the last use: who calls all day is not locked out because a stranger guesses at the same name.
      memory.until = clock() + REMEMBER_MS;
      return credential;
    },
    async verify(header, { password }, candidate) {
      // A credential changed meanwhile is another question.
      const mark = sealed(header);
      const question = `${mark} ${candidate?.hash ?? ""}`;
      const asked = pending.get(question) ?? workOut(password, candidate).finally(() => pending.delete(question));
      pending.set(question, asked);
      const right = await asked;
      if (right && candidate) remember(mark, candidate);
      return right;
    },
  };
}
