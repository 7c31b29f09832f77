// Credentials that old systems show inside their messages, or by the network they call from: whether those of a site document
// fit to each other and to what is there. Never repeats a secret.
import { findOverlap, holdsIPv4, type Network, parseNetwork } from "../lib/networks.ts";
import type { Credential } from "./site.ts";
import type { CredentialDocument } from "./site-document.ts";
import { wrong } from "./site-refusal.ts";

/** A secret is looked for among all of them at every call that shows one, so their number is what such a call may cost. */
export const MOST_SECRETS = 500;

const LEAST_SECRET = 8;
const GOOD_SECRET = 16;
/** Networks with a shorter prefix hold more than one organisation mostly has. */
const GOOD_BITS = { 4: 16, 6: 32 } as const;

/** Throws when one of these credentials cannot be meant as it is written. */
export function checkMessageCredential(credential: CredentialDocument): void {
  const { id, provider, usernameToken, sharedSecret, network } = credential;
  const where = `credential ${id}`;
  const kind = Object.entries({ usernameToken, sharedSecret, network }).find(([, one]) => one !== undefined)?.[0];
  if (kind !== undefined && provider === undefined) wrong(where, `a ${kind} belongs to a provider`);
  if (sharedSecret !== undefined && sharedSecret.length < LEAST_SECRET)
    wrong(where, `a sharedSecret has at least ${LEAST_SECRET} characters, better ${GOOD_SECRET} or more`);
  if (network?.length === 0) wrong(where, "name at least one network");
  for (const text of network ?? []) checkNetwork(where, text);
}

function checkNetwork(where: string, text: string): void {
  const network = parseNetwork(text);
  if (network === null) wrong(where, `${text} is neither an address nor a range such as 203.0.113.0/24 or 2001:db8::/48`);
  if (network.bits === 0) wrong(where, `${text} is every address there is`);
  if (holdsIPv4(network)) wrong(where, `${text} holds IPv4 addresses; write those as such, like 203.0.113.0/24`);
}

/** Throws unless each user, secret and address leads to one credential, or one provider, after a document is applied. */
export function checkTogether(
  written: readonly CredentialDocument[],
  before: Iterable<Credential>,
  removed: ReadonlySet<string>,
): void {
  const gone = new Set([...removed, ...written.map((one) => one.id)]);
  const kept = [...before].filter(({ id }) => !gone.has(id));
  const stay = written.filter(({ id }) => !removed.has(id));
  checkTokenUsers([...kept.flatMap(userOf), ...stay.flatMap(({ id, usernameToken: token }) => pair(id, token?.user))]);
  checkSecrets([...kept.flatMap(secretOf), ...stay.flatMap(({ id, sharedSecret }) => pair(id, sharedSecret))]);
  const networks = kept.flatMap((one) => (one.kind === "network" ? placesOf(one.id, providerOf(one), one.networks) : []));
  checkNetworks([...networks, ...stay.flatMap(({ id, provider = "", network }) => placesOf(id, provider, network ?? []))]);
}

type Pair = [id: string, text: string];

const pair = (id: string, text: string | undefined): Pair[] => (text === undefined ? [] : [[id, text]]);
const userOf = (one: Credential): Pair[] => (one.kind === "username_token" ? [[one.id, one.user]] : []);
const secretOf = (one: Credential): Pair[] => (one.kind === "shared_secret" ? [[one.id, one.secret]] : []);
const providerOf = ({ holder }: Credential): string => (holder.kind === "provider" ? holder.provider : "");

function checkTokenUsers(users: readonly Pair[]): void {
  const known = new Map<string, string>();
  for (const [id, user] of users) {
    const other = known.get(user);
    if (other !== undefined) wrong(`credential ${id}`, `the user ${user} belongs to the usernameToken of ${other} already`);
    known.set(user, id);
  }
}

function checkSecrets(secrets: readonly Pair[]): void {
  const known = new Map<string, string>();
  for (const [id, secret] of secrets) {
    const other = secret === "" ? undefined : known.get(secret);
    if (other !== undefined) wrong(`credential ${id}`, `its sharedSecret is that of ${other} already; each needs one of its own`);
    known.set(secret, id);
  }
  const tooMany = secrets[MOST_SECRETS];
  if (tooMany) wrong(`credential ${tooMany[0]}`, `there may be ${MOST_SECRETS} sharedSecrets; each call is compared with all`);
}

interface Place extends Network {
  id: string;
  /** The provider. */
  owner: string;
  text: string;
}

function placesOf(id: string, owner: string, networks: readonly string[]): Place[] {
  return networks.flatMap((text) => {
    const network = parseNetwork(text);
    return network ? [{ ...network, id, owner, text }] : [];
  });
}

function checkNetworks(places: readonly Place[]): void {
  const [one, other] = findOverlap(places) ?? [];
  if (one && other)
    wrong(`credential ${other.id}`, `its network ${other.text} overlaps ${one.text} of ${one.id}, which is another provider's`);
}

/** What is allowed in such a credential and hardly wise. */
export function credentialWarnings({ sharedSecret, network = [] }: CredentialDocument): string[] {
  const short = sharedSecret !== undefined && sharedSecret.length < GOOD_SECRET;
  const wide = network.filter((text) => {
    const { bits, family } = parseNetwork(text) ?? { bits: 128, family: 6 };
    return bits < GOOD_BITS[family];
  });
  return [
    ...(short ? [`its sharedSecret has fewer than ${GOOD_SECRET} characters: it can be guessed`] : []),
    ...wide.map((text) => `its network ${text} is wide: whoever calls from it is taken for the provider`),
  ];
}
