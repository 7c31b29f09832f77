// Checks passwords shown in the clear, by HTTP Basic (RFC 7617) or WS-Security PasswordText: scrypt beside the main thread, a
// success remembered for a while.
// Keeps no password: what is remembered is an HMAC under a key that dies with the process.
import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import { hashPassword, verifyPassword } from "../lib/credentials.ts";
import type { Credential } from "../store/site.ts";
import { createLane, dropOldest } from "./limits.ts";

export type PasswordCredential = Extract<Credential, { kind: "basic" | "username_token" }>;

/** The two parts of an Authorization header. */
export interface UserAndPassword {
  user: string;
  password: string;
}

/** `shown` is what was shown as a whole, user, password and the way they came: the Authorization header, or `tokenText`. */
export interface PasswordCheck {
  /** The credential `shown` was found to be right for, if that is remembered and still so. */
  remembered(shown: string, find: (id: string) => Credential | undefined): PasswordCredential | null;
  /** Compares with scrypt; the same asked for twice at a time is worked out once. `candidate` is null for an unknown user. */
  verify(shown: string, password: string, candidate: PasswordCredential | null): Promise<boolean>;
}

interface Memory extends Pick<PasswordCredential, "id" | "kind" | "hash"> {
  until: number;
}

const REMEMBER_MS = 10 * 60_000;
const REMEMBERED = 1000;
const AT_ONCE = 2;
const WAITING = 32;
/** Longest text taken to scrypt; users and passwords are far shorter. */
const LONGEST = 1024;

/** The parts of a Basic Authorization header, or null when it is none. */
export function parseBasic(header: string): UserAndPassword | null {
  if (header.length > LONGEST || !/^basic +[A-Za-z0-9+/]+={0,2} *$/i.test(header)) return null;
  const text = Buffer.from(header.slice(6).trim(), "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function isStill({ kind, hash }: Memory, credential: Credential | undefined): credential is PasswordCredential {
  return (
    (credential?.kind === "basic" || credential?.kind === "username_token") &&
    credential.kind === kind &&
    credential.hash === hash
  );
}

/** A UsernameToken as one text: its user's length keeps apart what two tokens would spell alike, its beginning what Basic would. */
export function tokenText({ user, password }: UserAndPassword): string {
  return `token ${user.length} ${user}${password}`;
}

/** Makes the check. `compare` is exchanged by tests that count the work. */
export function createPasswordCheck(clock: Clock, compare: typeof verifyPassword = verifyPassword): PasswordCheck {
  const key = randomBytes(32);
  const memories = new Map<string, Memory>();
  const pending = new Map<string, Promise<boolean>>();
  const lane = createLane(AT_ONCE, WAITING);
  // An unknown user costs the same work, against a hash nothing matches.
  let decoy: Promise<string> | undefined;

  const sealed = (shown: string): string => createHmac("sha256", key).update(shown).digest("base64");

  const remember = (mark: string, { id, kind, hash }: PasswordCredential): void => {
    memories.delete(mark);
    if (memories.size >= REMEMBERED) dropOldest(memories);
    memories.set(mark, { id, kind, hash, until: clock() + REMEMBER_MS });
  };

  const workOut = async (password: string, candidate: PasswordCredential | null): Promise<boolean> => {
    decoy ??= hashPassword(randomBytes(16).toString("hex"));
    const stored = candidate?.hash ?? (await decoy);
    return (await lane(() => compare(password, stored))) && candidate !== null;
  };

  return {
    remembered(shown, find) {
      if (memories.size === 0 || shown.length > LONGEST) return null;
      const mark = sealed(shown);
      const memory = memories.get(mark);
      if (memory === undefined) return null;
      const credential = find(memory.id);
      if (memory.until <= clock() || !isStill(memory, credential)) {
        memories.delete(mark);
        return null;
      }
      // Counted from the last use: who calls all day is not locked out because a stranger guesses at the same name.
      memory.until = clock() + REMEMBER_MS;
      return credential;
    },
    async verify(shown, password, candidate) {
      // A credential changed meanwhile is another question.
      const mark = sealed(shown);
      const question = `${mark} ${candidate?.hash ?? ""}`;
      const asked = pending.get(question) ?? workOut(password, candidate).finally(() => pending.delete(question));
      pending.set(question, asked);
      const right = await asked;
      if (right && candidate) remember(mark, candidate);
      return right;
    },
  };
}
