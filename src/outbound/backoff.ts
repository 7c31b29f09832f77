// When a delivery that failed is tried again. Pure; it never shortens a pause that the schedule or the partner asks for.
import type { DeliveryRules } from "../store/outgoing.ts";
import { MOST_WAIT_MS } from "./classify.ts";

/** Share of the pause that chance may add, so that what failed together does not come back together. */
const JITTER = 0.2;

export interface BackoffInput {
  /** Tries made so far, the one that just failed included. */
  tries: number;
  /** Milliseconds UTC. */
  now: number;
  rules: Pick<DeliveryRules, "retryAfterSeconds">;
  /** What the partner asked for (Retry-After), in milliseconds from now; null for nothing. */
  retryAfterMs: number | null;
  /** A number from 0 up to, not including, 1. */
  random: () => number;
}

/**
 * When the next try is due, in milliseconds UTC; null when the schedule is over. The pause is the schedule's or the
 * partner's, whichever is longer, plus up to a fifth of it by chance; chance adds nothing beyond the longest wait a partner
 * may ask for.
 */
export function nextDue({ tries, now, rules, retryAfterMs, random }: BackoffInput): number | null {
  const seconds = rules.retryAfterSeconds[tries - 1];
  if (seconds === undefined) return null;
  const stretch = 1 + JITTER * random();
  const asked = Math.min((retryAfterMs ?? 0) * stretch, MOST_WAIT_MS);
  return now + Math.round(Math.max(seconds * 1000 * stretch, asked));
}
