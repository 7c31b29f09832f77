// Lets in by user and password, the same way for HTTP Basic and for PasswordText of WS-Security.
import { Failure } from "../core/errors.ts";
import type { Clock } from "../lib/clock.ts";
import { isInForce } from "../lib/scopes.ts";
import type { Site } from "../store/site.ts";
import type { Guesses } from "./guesses.ts";
import { createPasswordCheck, type PasswordCredential, type UserAndPassword } from "./passwords.ts";
import { letInBy, limitsOf } from "./people.ts";
import type { LetIn } from "./visit.ts";

/** Where a password was shown: as a whole, from which address, and as what kind of user its failures are counted. */
export interface LoginTry {
  shown: string;
  address: string;
  name: "user" | "token";
}

export interface Login {
  /** Who was found right before with the very same text, if that still holds. */
  remembered(shown: string): LetIn | null;
  /** `candidate` finds the credential of a user as the site is at that moment; `parts` is null for what cannot be read. */
  byPassword(
    how: LoginTry,
    parts: UserAndPassword | null,
    candidate: (user: string) => PasswordCredential | undefined,
  ): Promise<LetIn>;
}

/** Makes the one check of passwords, with its memory. */
export function createLogin({ site, clock, guesses }: { site(): Site; clock: Clock; guesses: Guesses }): Login {
  const check = createPasswordCheck(clock);
  return {
    remembered(shown) {
      const known = check.remembered(shown, (id) => site().credentials.get(id));
      return known && isInForce(limitsOf(known), clock()) ? letInBy(known) : null;
    },
    async byPassword({ shown, address, name: kind }, parts, candidate) {
      if (parts === null) throw guesses.failed(address, null);
      const name = `${kind} ${parts.user}`;
      if (guesses.isClosed(address, name)) throw new Failure("rate_limited");
      const asked = candidate(parts.user) ?? null;
      const right = await check.verify(shown, parts.password, asked);
      // The site may have changed while scrypt ran: only a credential that still stands lets anybody in.
      const current = asked && candidate(parts.user);
      if (!right || !current || current.hash !== asked.hash || !isInForce(limitsOf(current), clock()))
        throw guesses.failed(address, name);
      return letInBy(current);
    },
  };
}
