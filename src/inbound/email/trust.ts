// Whether the sender of a mail is who it says, and whose credential it shows. Pure. In doubt nobody is believed.
import { domainToASCII } from "node:url";
import type { Credential, MailTrust } from "../../store/site.ts";
import { flatten, isDomain } from "./header.ts";

/** What of a mail trust looks at. */
export interface Claim {
  /** The one From address in lower case, or null when there is not exactly one. */
  from: string | null;
  /** Values of the Authentication-Results fields, topmost first. */
  authentication: readonly string[];
}

export type Verdict =
  | { ok: true; provider: string; credential: string }
  | {
      ok: false;
      reason: "sender_unknown" | "sender_not_verified";
      detail: string;
      /** The provider whose sender it would be, were it believed; null for nobody's. */
      claimed: string | null;
      /** Whether any provider has this sender. */
      isProviders: boolean;
    };

/** Finds the provider a mail comes from. A full address is preferred to `@domain`; two providers for one sender are none. */
export function verifySender(claim: Claim, trust: MailTrust, credentials: Iterable<Credential>): Verdict {
  if (claim.from === null) return doubtful("sender_not_verified", "The mail has not exactly one From address.");
  const holders = holdersOf(claim.from, credentials);
  const first = holders[0];
  if (first === undefined) return doubtful("sender_unknown", "No provider has this sender.");
  if (holders.some((one) => one.provider !== first.provider)) {
    return { ...doubtful("sender_unknown", "More than one provider has this sender."), isProviders: true };
  }
  const doubt = doubtOf(claim, trust);
  if (doubt === null) return { ok: true, ...first };
  return { ...doubtful("sender_not_verified", doubt), claimed: first.provider, isProviders: true };
}

/** Whether the address is one of the provider's and of no other, whoever wrote the mail. */
export function isAddressOf(provider: string, from: string, credentials: Iterable<Credential>): boolean {
  const holders = holdersOf(from, credentials);
  return holders.length > 0 && holders.every((one) => one.provider === provider);
}

/** Whether the sender's address is believed, whoever has it. */
export function isVerified(claim: Claim, trust: MailTrust): boolean {
  return claim.from !== null && doubtOf(claim, trust) === null;
}

function doubtOf(claim: Claim, trust: MailTrust): string | null {
  if (trust.kind === "token") return "No address is believed here, and the mail carries no token.";
  return trust.kind === "dmarc" ? dmarcDoubt(claim, trust.authservId) : null;
}

type Doubtful = Extract<Verdict, { ok: false }>;

function doubtful(reason: Doubtful["reason"], detail: string): Doubtful {
  return { ok: false, reason, detail, claimed: null, isProviders: false };
}

interface Holder {
  provider: string;
  credential: string;
}

function holdersOf(from: string, credentials: Iterable<Credential>): Holder[] {
  const wanted = canonical(from);
  const domain = wanted.slice(wanted.lastIndexOf("@"));
  const byAddress: Holder[] = [];
  const byDomain: Holder[] = [];
  for (const credential of credentials) {
    if (credential.kind !== "email" || credential.holder.kind !== "provider") continue;
    const sender = canonical(credential.sender);
    const holder = { provider: credential.holder.provider, credential: credential.id };
    if (sender === wanted) byAddress.push(holder);
    else if (sender === domain) byDomain.push(holder);
  }
  return byAddress.length > 0 ? byAddress : byDomain;
}

/** Address with its domain in ASCII, so that both spellings of an international domain are one. */
function canonical(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1).toLowerCase();
  return `${address.slice(0, at).toLowerCase()}@${(isDomain(domain) && domainToASCII(domain)) || domain}`;
}

/**
 * Reads the topmost Authentication-Results field of our own receiving server (RFC 8601 section 2.2). Ones further down
 * may have been sent along by a forger, whatever they say; so only the first counts, and every dmarc result in it must pass,
 * for the domain in From (RFC 7489 section 3.1): a result that does not say for which proves nothing of this mail.
 */
function dmarcDoubt({ from, authentication }: Claim, authservId: string | null): string | null {
  const results = resultsOf(authentication, authservId);
  if (!results) return "The receiving server has left no Authentication-Results.";
  const dmarc = results.methods.filter((one) => one.method === "dmarc");
  if (dmarc.length === 0) return "The Authentication-Results say nothing of DMARC.";
  if (dmarc.some((one) => one.result !== "pass")) return "DMARC did not pass.";
  if (dmarc.some((one) => one.headerFrom.length === 0))
    return "The Authentication-Results do not say for which domain DMARC passed (header.from).";
  const domain = domainOf(from ?? "");
  const isOther = dmarc.some((one) => one.headerFrom.some((named) => domainOf(`@${named}`) !== domain));
  return isOther ? "DMARC passed for another domain than the From address has." : null;
}

const domainOf = (address: string): string => canonical(address).split("@").at(-1) ?? "";

/**
 * A server that writes no name can only be told by its field standing above all others. A field that cannot be read may be our own
 * server's, with words of a forger in it: then what stands below counts no more.
 */
function resultsOf(authentication: readonly string[], authservId: string | null): Results | null {
  const wanted = authservId?.toLowerCase() ?? null;
  const results = authentication.map(parseResults);
  const found = wanted === null ? results[0] : results.find((one) => one === null || one.server === wanted);
  return found?.server === wanted ? found : null;
}

interface Results {
  /** Null where the field begins with a result, as that of Microsoft 365 does. */
  server: string | null;
  methods: Result[];
}

interface Result {
  method: string;
  result: string;
  /** The domains the result speaks of (`header.from`): one, or none when it does not say. */
  headerFrom: string[];
}

/** One field: `server [version] (; method[/version]=result [property=value …])+`. Null when it is not well-formed. */
function parseResults(value: string): Results | null {
  const flat = flatten(value)?.replaceAll('"', "").toLowerCase();
  if (flat === undefined) return null;
  const parts = flat.split(";");
  const first = parts[0]?.trim().split(/\s+/)[0] ?? "";
  const isNamed = !first.includes("=");
  const methods = (isNamed ? parts.slice(1) : parts).flatMap((part) => {
    const found = /^\s*([a-z0-9-]+)\s*(?:\/\s*\d+\s*)?=\s*([a-z0-9-]+)(?=\s|$)/.exec(part);
    if (!found) return [];
    const named = part.matchAll(/\sheader\s*\.\s*from\s*=\s*@?([^\s;]+)/g);
    return [{ method: found[1] as string, result: found[2] as string, headerFrom: [...named].map((one) => one[1] as string) }];
  });
  return { server: isNamed ? first : null, methods };
}
