// Lets in by what stands in the message itself: a UsernameToken of WS-Security, or a secret among the arguments. A stranger is told
// nothing but that it was wrong.
import { createHash } from "node:crypto";
import { Failure } from "../core/errors.ts";
import type { NonceWrite } from "../core/ports.ts";
import { sameDigest } from "../lib/credentials.ts";
import { isInForce } from "../lib/scopes.ts";
import type { AdmitOptions } from "./admit.ts";
import { clientKey } from "./address.ts";
import type { Guesses } from "./guesses.ts";
import { dropOldest } from "./limits.ts";
import type { Login } from "./login.ts";
import { tokenText, type UserAndPassword } from "./passwords.ts";
import { letInBy, limitsOf, type People } from "./people.ts";
import { findSecret } from "./shared-secret.ts";
import { type Admission, type DigestProof, type Stranger, TOKEN_WINDOW_MS, type Visit, type VisitOf } from "./visit.ts";

interface Parts extends Pick<AdmitOptions, "clock" | "log"> {
  /** Makes the visit of somebody who is let in. */
  visitOf: VisitOf;
  people: () => People;
  guesses: Guesses;
  login: Login;
}

/** Makes the second step of admission. */
export function createMessageAdmission(parts: Parts): Pick<Admission, "takesTokens" | "byToken" | "bySecret"> {
  const { people, guesses, log, clock, visitOf } = parts;
  const byDigest = createDigestCheck(parts);
  const byText = createTextCheck(parts);
  return {
    takesTokens: () => people().tokens.size > 0,
    byToken(stranger, security) {
      const { requestId, address } = stranger;
      if (security.kind === "none") throw new Failure("unauthenticated");
      if (security.kind === "refused") {
        // A partner's clock that goes wrong is found by this line alone.
        log("info", "credentials.token_refused", { requestId, address, why: security.why });
        throw guesses.failed(address, null);
      }
      const { user, proof } = security.token;
      return proof.kind === "digest" ? byDigest(stranger, user, proof) : byText(stranger, { user, password: proof.password });
    },
    bySecret(stranger, given, expectedOf) {
      const { address } = stranger;
      if (given === "") throw new Failure("unauthenticated");
      // Secrets may be short: who guesses is stopped also when at last the guess is right.
      if (guesses.isClosed(address, null)) throw new Failure("rate_limited");
      const found = findSecret(people().secrets, given, expectedOf);
      if (!found || !isInForce(found.limits, clock())) throw guesses.failed(address, null);
      return visitOf(stranger, found);
    },
  };
}

function createTextCheck({ people, login, visitOf }: Parts) {
  return (stranger: Stranger, token: UserAndPassword): Visit | Promise<Visit> => {
    const shown = tokenText(token);
    const known = login.remembered(shown);
    if (known) return visitOf(stranger, known);
    const how = { shown, address: stranger.address, name: "token" } as const;
    return login.byPassword(how, token, (user) => people().tokens.get(user)).then((found) => visitOf(stranger, found));
  };
}

/** What a user's password is taken for that has none: the work is the same. */
const NO_PASSWORD = "0123456789abcdef";

function createDigestCheck({ people, guesses, clock, visitOf }: Parts) {
  const proven = createProven(clock);
  return (stranger: Stranger, user: string, proof: DigestProof): Visit => {
    const { address } = stranger;
    const credential = people().tokens.get(user);
    const place = `${credential?.id} ${clientKey(address)}`;
    const name = `token ${user}`;
    if (guesses.isClosed(address, proven.has(place) ? null : name)) throw new Failure("rate_limited");
    const password = credential?.password || null;
    const right = sameDigest(digestOf(proof, password ?? NO_PASSWORD), proof.digest);
    if (!right || !credential || password === null || !isInForce(limitsOf(credential), clock()))
      throw guesses.failed(address, name);
    proven.add(place);
    return { ...visitOf(stranger, letInBy(credential)), nonce: nonceOf(user, proof) };
  };
}

/** SHA-1 of nonce, created and password (UsernameToken Profile, section 3.1), the two texts as UTF-8. */
function digestOf({ nonce, created }: DigestProof, password: string): Buffer {
  return createHash("sha1").update(nonce).update(created, "utf8").update(password, "utf8").digest();
}

/**
 * Nonce and time are hashed in one piece, as the profile's digest takes them: bytes moved from one to the other leave that digest as
 * it is, and so make the same nonce here. It is kept for a second window, because the clocks of two gateways may differ.
 */
function nonceOf(user: string, { nonce, created, createdAt }: DigestProof): NonceWrite {
  const id = createHash("sha256").update(`${user}\n`, "utf8").update(nonce).update(created, "utf8").digest("hex");
  return { kind: "nonce", id, expiresAt: createdAt + 2 * TOKEN_WINDOW_MS };
}

const PROVEN_MS = 10 * 60_000;
const MOST_PROVEN = 1000;

/**
 * From where a user was right lately. There a stranger elsewhere who guesses at the same name stops nobody: what the memory of
 * passwords does for a text, which is the same every time, as a digest never is.
 */
function createProven(clock: Parts["clock"]) {
  const places = new Map<string, number>();
  return {
    has: (place: string): boolean => (places.get(place) ?? 0) > clock(),
    add(place: string): void {
      places.delete(place);
      if (places.size >= MOST_PROVEN) dropOldest(places);
      places.set(place, clock() + PROVEN_MS);
    },
  };
}
