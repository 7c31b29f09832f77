// The one word that says how a queue is, and the rule it follows. Pure.

/**
 * How a queue is, the worst first:
 * `BLOCKED` the System is held, or a dead letter holds younger deliveries of its task back;
 * `REJECTED` there are dead letters, and nothing waits behind them;
 * `WARNING` a delivery failed and waits for another try;
 * `ACKNOWLEDGED` the last trouble was acknowledged, and nothing has got through since;
 * `OKAY` none of these.
 */
export const QUEUE_STATUSES = ["BLOCKED", "REJECTED", "WARNING", "ACKNOWLEDGED", "OKAY"] as const;
export type QueueStatus = (typeof QUEUE_STATUSES)[number];

/** What the status of a queue follows from. Times in milliseconds UTC. */
export interface QueueSigns {
  held: boolean;
  /** Whether a dead letter has younger open deliveries of its task behind it. */
  holdsBack: boolean;
  rejected: number;
  retrying: number;
  /** When a dead letter was last acknowledged, and when a delivery last got through; null for never. */
  acknowledgedAt: number | null;
  doneAt: number | null;
}

/** The status of a queue; see `QUEUE_STATUSES` for the rule. */
export function queueStatus({ held, holdsBack, rejected, retrying, acknowledgedAt, doneAt }: QueueSigns): QueueStatus {
  if (held || holdsBack) return "BLOCKED";
  if (rejected > 0) return "REJECTED";
  if (retrying > 0) return "WARNING";
  return acknowledgedAt !== null && acknowledgedAt >= (doneAt ?? 0) ? "ACKNOWLEDGED" : "OKAY";
}
