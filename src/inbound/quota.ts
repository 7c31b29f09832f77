// How many calls a credential may make: a bucket for each, in this process alone, filled again as time goes by. A call costs one
// look into a map, and nothing at all where no rule is set.
import { Failure } from "../core/errors.ts";
import type { Clock } from "../lib/clock.ts";
import type { RateRule } from "../lib/rate.ts";
import type { Site } from "../store/site.ts";
import type { Visit } from "./visit.ts";

/** What is left to a credential after a call. */
export interface Quota {
  rule: RateRule;
  remaining: number;
  /** Seconds until all of it is there again. */
  resetSeconds: number;
}

/** A call too many. */
export class QuotaSpent extends Failure {
  readonly quota: Quota;
  /** Whole seconds, from 1. */
  readonly retryAfter: number;
  constructor(quota: Quota, retryAfter: number) {
    super("rate_limited", `These credentials may make ${quota.rule.calls} calls in ${quota.rule.seconds} seconds.`);
    this.quota = quota;
    this.retryAfter = retryAfter;
  }
}

/** Counts a call of the credential; null where it has no rule. Throws `QuotaSpent`. */
export type SpendCall = (credential: string) => Quota | null;

export interface QuotaOptions {
  /** For credentials without a rule of their own; null: they have none. */
  usual: RateRule | null;
  site(): Pick<Site, "credentials">;
  clock: Clock;
}

interface Bucket {
  /** Calls that may be made at once; a part of one is kept. */
  left: number;
  at: number;
}

export function createSpendCall({ usual, site, clock }: QuotaOptions): SpendCall {
  const buckets = new Map<string, Bucket>();
  return (credential) => {
    const { credentials } = site();
    const rule = credentials.get(credential)?.rateLimit ?? usual;
    if (rule === null || rule === "none") return null;
    const bucket = buckets.get(credential) ?? newBucket(buckets, credentials, credential);
    fill(bucket, rule, clock());
    const msEach = (rule.seconds * 1000) / rule.calls;
    const isFree = bucket.left >= 1;
    if (isFree) bucket.left -= 1;
    const resetSeconds = Math.ceil(((rule.calls - bucket.left) * msEach) / 1000);
    const quota = { rule, remaining: Math.floor(bucket.left), resetSeconds };
    if (!isFree) throw new QuotaSpent(quota, Math.max(1, Math.ceil(((1 - bucket.left) * msEach) / 1000)));
    return quota;
  };
}

/** A rule that has grown or shrunk counts from now on. A clock that goes back fills nothing and takes nothing. */
function fill(bucket: Bucket, { calls, seconds }: RateRule, now: number): void {
  const gained = (Math.max(0, now - bucket.at) * calls) / (seconds * 1000);
  bucket.left = Math.min(calls, bucket.left + gained);
  bucket.at = now;
}

/** Full, as it is for whoever was not seen for long. The buckets of credentials that are gone go when there are too many. */
function newBucket(buckets: Map<string, Bucket>, known: Site["credentials"], credential: string): Bucket {
  if (buckets.size > 2 * known.size + 100) for (const id of buckets.keys()) if (!known.has(id)) buckets.delete(id);
  const bucket = { left: Number.POSITIVE_INFINITY, at: 0 };
  buckets.set(credential, bucket);
  return bucket;
}

/** Counts the call of a visit, and notes there what is left, also when there is nothing. */
export function countCall(spend: SpendCall | undefined, visit: Visit): void {
  if (spend === undefined) return;
  try {
    const quota = spend(visit.caller.credential);
    if (quota !== null) visit.quota = quota;
  } catch (error) {
    if (error instanceof QuotaSpent) visit.quota = error.quota;
    throw error;
  }
}

/** The header fields of draft-ietf-httpapi-ratelimit-headers-11. */
export function quotaHeaders({ rule, remaining, resetSeconds }: Quota): Record<string, string> {
  return {
    "ratelimit-policy": `"calls";q=${rule.calls};w=${rule.seconds}`,
    ratelimit: `"calls";r=${remaining};t=${resetSeconds}`,
  };
}
