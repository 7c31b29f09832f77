// How long a mail takes from its delivery to the mailbox to the committed event, when nothing else is to do: one after the other.
import { mailBytes } from "../test/helpers/story.ts";
import { FROM, TASKS, withPost } from "./mail-post.ts";
import { median, percentile } from "./report.ts";

/** What a mail should be under. */
export const IDLE_GOAL_MS = 1000;
const WARM = 3;

export interface IdleMeasured {
  mails: number;
  /** From before the one who delivers logs in, so that it is rather too much than too little. */
  medianMs: number;
  p99Ms: number;
  /** Events stored, which must be the mails. */
  stored: number;
}

/** Delivers `mails` mails, each when the one before has had its effect. */
export async function measureIdle(folder: string, mails: number): Promise<IdleMeasured> {
  return withPost(folder, "mail-idle", async ({ deliver, stored }) => {
    const took = async (index: number): Promise<number> => {
      const command = { type: "update_message", task: `TSK-${(index % TASKS) + 1}`, message: `Update ${index}.` } as const;
      const raw = mailBytes(command, FROM, `idle-${index}@acme.example`);
      const begun = performance.now();
      return (await deliver(raw)).at - begun;
    };
    for (let index = 0; index < WARM; index++) await took(index);
    const times: number[] = [];
    for (let index = WARM; index < WARM + mails; index++) times.push(await took(index));
    return { mails, medianMs: median(times), p99Ms: percentile(times, 0.99), stored: (await stored()) - WARM };
  });
}

/** The figure as a line of text. */
export function idleLine({ mails, medianMs, p99Ms }: IdleMeasured): string {
  const over = p99Ms > IDLE_GOAL_MS ? "  over the goal" : "";
  return `mail-idle: ${medianMs.toFixed(1)} ms from delivery to event, p99 ${p99Ms.toFixed(1)} ms (${mails} mails)${over}`;
}
