// Mails that lead to no command: kept with the reason, in the same step as the mailbox moves on. What nobody need look at, because
// machines wrote it to no end, is kept as noise.
import type { QuarantinedMail } from "../../core/messages.ts";
import type { Caller, SideWrite, TaskRef } from "../../core/ports.ts";
import type { Mailbox } from "../../store/site.ts";
import { endOfAside } from "./effects.ts";
import { type Sketch, sketchOf } from "./header.ts";
import { maskKeysIn, maskNamed } from "../kept/mask.ts";
import { keyOf, maskedOf } from "./kept.ts";
import type { MailParser } from "./parse.ts";
import type { Mail } from "./read-mail.ts";
import type { Ended } from "./mail-line.ts";
import type { Arrival, ReceiverParts } from "./receive.ts";

/** How much of a stranger's mail is kept, in bytes; of a partner's mail everything is. */
export const STRANGER_KEPT = 64 * 1024;
const STRANGE: readonly string[] = ["sender_unknown", "sender_not_verified", "unreadable", "too_large", "bounce"];

/** Why a mail is set aside. */
export interface Rejected {
  reason: string;
  detail: string | null;
  /** Who stands behind it, where that is believed, and what it named. */
  caller?: Caller;
  named?: TaskRef;
  /** The ticket it named. */
  ticket?: string | null;
  /** Nobody need look at it, whatever it says: the mailbox has it so. */
  isNoise?: boolean;
}

/**
 * Why a mail is noise, or null for one that a person should look at: one of ours that came back, a report on one, and what a
 * machine wrote that no provider is behind or that says nothing to do.
 */
export function noiseOf({
  reason,
  mail,
  isNoise = false,
}: {
  reason: string;
  isNoise?: boolean;
  mail: Pick<Mail, "kind" | "automatic" | "from"> | null;
}): string | null {
  if (reason === "own_mail" || reason === "bounce") return reason;
  if (!mail?.automatic) return isNoise ? reason : null;
  const isNobodys = reason === "sender_unknown" || (reason === "sender_not_verified" && mail.from === null);
  return reason === "automatic" || isNobodys ? mail.kind : isNoise ? reason : null;
}

/** Nobody stands behind a mail that is set aside, so its unit has no commands and is written in the gateway's own name. */
const GATEWAY: Caller = { kind: "administrator", credential: "gateway" };

/** Quarantines a mail, in one commit with its position. */
export async function quarantine(
  parts: ReceiverParts,
  mailbox: Mailbox,
  arrival: Arrival,
  rejected: Rejected & { mail: Mail | null },
): Promise<Ended> {
  const { caller = null, named = {} } = rejected;
  const aside = { ...rejected, raw: arrival.raw, noise: noiseOf(rejected) };
  const { effects, ...why } = await endOfAside(parts, mailbox, aside);
  const key = rejected.mail ? { key: keyOf(mailbox, rejected.mail) } : {};
  const kept: QuarantinedMail = {
    ...why,
    ...(await keptOf(parts.parser, arrival.raw, rejected)),
    caller,
    named: maskNamed(named),
    requestId: arrival.requestId,
    ...key,
  };
  const { position } = arrival;
  const side: SideWrite = position
    ? { kind: "mailbox", mailbox: mailbox.name, ...position, quarantine: kept, effects }
    : { kind: "quarantine", mailbox: mailbox.name, quarantine: kept, effects };
  const { queueMs } = await parts.door.execute({ commands: [], caller: GATEWAY, channel: "email", side });
  if (effects.answer) parts.onAnswer?.();
  return { outcome: why.isNoise ? "noise" : "quarantined", events: [], reason: why.reason, queueMs };
}

async function keptOf(
  parser: Pick<MailParser, "mask">,
  raw: Buffer,
  { reason, mail }: { reason: string; mail: Mail | null },
): Promise<Sketch & Pick<QuarantinedMail, "raw" | "isCut">> {
  const sketch = mail ? { messageId: mail.messageId, sender: mail.from, subject: mail.subject } : sketchOf(raw);
  const isCut = STRANGE.includes(reason) && raw.length > STRANGER_KEPT;
  const kept = mail ? maskedOf(mail, raw).bytes : raw;
  const bytes = isCut ? kept.subarray(0, STRANGER_KEPT) : kept;
  const subject = sketch.subject && maskKeysIn(sketch.subject);
  return { ...sketch, subject, raw: mail ? bytes : await parser.mask(bytes), isCut };
}
