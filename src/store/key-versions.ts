// The keys of one credential over time: a new one takes over while the one before still lets in for a while. Pure.
import { Failure } from "../core/errors.ts";
import { makeApiKey } from "../lib/credentials.ts";
import type { Credential, KeyVersion, Site } from "./site.ts";
import type { Wanted } from "./site-rows.ts";

type ApiKey = Extract<Credential, { kind: "api_key" }>;

/** Keys of one credential that may let in at the same time. */
export const MOST_LIVE_KEYS = 5;
/** Keys that are kept to be seen, ended ones among them. */
const MOST_KEPT = 10;

/** Every key of a credential, newest first. */
export function versionsOf({ hash, versions }: Pick<ApiKey, "hash" | "versions">): readonly KeyVersion[] {
  return versions ?? [{ version: 1, hash, createdAt: null, endsAt: null }];
}

/** Whether a key, ended or not, is one of the credential's. */
export function hasKey(credential: ApiKey, hash: string): boolean {
  return versionsOf(credential).some((one) => one.hash === hash);
}

export interface Rotation {
  /** Hash of the new key. */
  hash: string;
  now: number;
  /** When the keys there are end; those that end sooner still do. */
  previousEndAt: number;
}

/** The keys after a new one was made. Throws `invalid_request` when too many would let in at once. */
export function rotated(credential: ApiKey, { hash, now, previousEndAt }: Rotation): readonly KeyVersion[] {
  const before = versionsOf(credential).map((one) => ({ ...one, endsAt: Math.min(one.endsAt ?? previousEndAt, previousEndAt) }));
  const live = before.filter(({ endsAt }) => now < endsAt).length;
  if (live >= MOST_LIVE_KEYS)
    throw new Failure(
      "invalid_request",
      `${live} keys of ${credential.id} would let in beside the new one, and there may be ${MOST_LIVE_KEYS} in all: let them end sooner.`,
    );
  const version = (before[0]?.version ?? 0) + 1;
  return [{ version, hash, createdAt: now, endsAt: null }, ...before].slice(0, MOST_KEPT);
}

export function versionsColumn(versions: readonly KeyVersion[] | undefined): string | null {
  return versions === undefined ? null : JSON.stringify(versions);
}

export function readVersions(column: string | null): { versions?: readonly KeyVersion[] } {
  return column === null ? {} : { versions: JSON.parse(column) as KeyVersion[] };
}

/** The credential of the site with this id; a System's own is none. */
export function credentialOf({ credentials }: Site, id: string): Credential {
  const found = credentials.get(id);
  if (found === undefined || found.kind === "system") throw new Failure("unknown_credential");
  return found;
}

/** What a rotation writes, and the key it made. Throws `unknown_credential`, or `invalid_request` for another kind. */
export function rotation(before: Site, id: string, when: { previousEndAt: number; now: number }) {
  const known = credentialOf(before, id);
  if (known.kind !== "api_key") throw new Failure("invalid_request", "Only API keys are rotated; a password is set anew.");
  const made = makeApiKey(id);
  const versions = rotated(known, { ...when, hash: made.hash });
  const row = { hash: made.hash, key_versions: versionsColumn(versions) };
  return { made, versions, wanted: [{ kind: "credentials", name: id, row, deed: "rotated" }] satisfies Wanted[] };
}
