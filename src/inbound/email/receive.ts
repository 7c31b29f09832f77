// One mail from its bytes to the door: read, believe, recognise, one unit. What cannot be applied is quarantined in the
// same step as the mailbox moves on, and so is what is written back.
import { Failure, type FailureCode, refusalText } from "../../core/errors.ts";
import type { MailEffects } from "../../core/mail-effects.ts";
import type { Door } from "../../core/ports.ts";
import { type ByteRoom, createByteRoom } from "../../lib/byte-room.ts";
import type { Clock } from "../../lib/clock.ts";
import { createFairRoom } from "../../lib/fair-room.ts";
import { errorText, type Log } from "../../lib/log.ts";
import type { TokenKey } from "../../lib/reply-token.ts";
import type { Mailbox, Site } from "../../store/site.ts";
import type { KeptChannel } from "../kept/again.ts";
import type { KeepRaw } from "../kept/raw-form.ts";
import type { Recorder } from "../kept/recorder.ts";
import type { Report } from "../visit.ts";
import { createKeptMail } from "./again.ts";
import { effectsOfApplied, type MailMemory, ticketIn } from "./effects.ts";
import { executeWithFiles, type MailAttachments, type MailUnit } from "./attach.ts";
import { keyOf, maskedOf, rawOf } from "./kept.ts";
import type { MailParser } from "./parse.ts";
import { quarantine } from "./set-aside.ts";
import { type Ended, reporter } from "./mail-line.ts";
import type { FindPerson } from "./standing.ts";
import { doorInTurn, type Turn } from "./turns.ts";
import { namedBy, type Prepared, understand, type Understood } from "./understand.ts";

/** Where a mail stands in its folder: the position moves from `before` to `after` with the mail. */
export interface MailPosition {
  uidValidity: string;
  before: number;
  after: number;
}

/** How a mail ended. `events` are ids in order; `reason` is set when it led to nothing; `noise` is nothing to look at. */
export interface Received {
  outcome: "applied" | "repeated" | "quarantined" | "noise";
  events: string[];
  reason: string | null;
}

/** A mail on its way in. `position` is null for one that came by another way than the mailbox loop. */
export interface Arrival {
  raw: Buffer;
  position: MailPosition | null;
  requestId: string;
  /** What `prepare` gave for the same bytes. */
  prepared?: Promise<Prepared>;
  /** Its turn at the door among those of its mailbox. */
  turn?: Turn;
}

export interface MailReceiver {
  /**
   * Reads, believes and recognises a mail ahead of its turn; nothing is decided or written. Where many mailboxes do, each has its share
   * of the parsing threads.
   */
  prepare(mailbox: Mailbox, raw: Buffer): Promise<Prepared>;
  /** Applies or quarantines a mail, in one commit with its position. Rejects with a `Failure` when there is no outcome. */
  receive(mailbox: Mailbox, arrival: Arrival): Promise<Received>;
  /** Room for mails, from before they are in memory until they are handled: for small ones, which come in groups, and for large ones. */
  room: { small: ByteRoom; large: ByteRoom };
  /** What can be done with mails that are kept. */
  kept: KeptChannel;
  /** Quarantines a mail unread: one that is too large (`raw` is its header then), or that failed again and again. */
  setAside(mailbox: Mailbox, arrival: Arrival, why: { reason: string; detail: string }): Promise<Received>;
}

export interface ReceiverParts {
  door: Door;
  site: () => Site;
  log: Log;
  report: Report;
  parser: MailParser;
  keepRaw: KeepRaw;
  attachments?: MailAttachments;
  recorder: Pick<Recorder, "keep">;
  /** The machine's when absent. */
  clock?: Clock;
  /** Keys of reply tokens. Without them no mail counts as an answer to ours. */
  replyKeys?: readonly TokenKey[];
  /** Finds whose ticket a mail's is. Without it every sender who is no provider is unknown. */
  findPerson?: FindPerson;
  /** What is remembered of earlier mails. Without it no budget is kept and nobody is answered. */
  memory?: MailMemory;
  /** Told that an answer waits to be sent. */
  onAnswer?(): void;
}

/** Bytes of large mails under way at once, in all mailboxes together; each costs several times its size while it is read. */
const LARGE_TOGETHER = 64 * 1024 * 1024;
const SMALL_TOGETHER = 64 * 1024 * 1024;
/** Mails read ahead at once, in all mailboxes together: some of what the parsing threads let wait, so that others find room there too. */
const AHEAD_TOGETHER = 64;

export function createMailReceiver(given: ReceiverParts): MailReceiver {
  const ahead = createFairRoom(AHEAD_TOGETHER);
  return {
    async prepare(mailbox, raw) {
      const leave = await ahead.enter(mailbox.name);
      return understand(given, mailbox, raw).finally(leave);
    },
    room: { small: createByteRoom(SMALL_TOGETHER), large: createByteRoom(LARGE_TOGETHER) },
    kept: createKeptMail(given),
    async receive(mailbox, arrival) {
      const parts = { ...given, door: doorInTurn(given.door, arrival.turn) };
      const end = reporter(parts, mailbox, arrival);
      try {
        const understood = await (arrival.prepared ?? understand(given, mailbox, arrival.raw));
        if ("reason" in understood) return end(await quarantine(parts, mailbox, arrival, understood), null);
        return end(await apply(parts, mailbox, arrival, understood), understood);
      } catch (error) {
        // Whoever hands mails over one behind the other tries that again by itself.
        const isTurnedBack = error instanceof Failure && error.code === "guard_lost";
        if (!isTurnedBack)
          parts.log("warn", "mail.failed", { mailbox: mailbox.name, requestId: arrival.requestId, cause: errorText(error) });
        throw error;
      }
    },
    async setAside(mailbox, arrival, why) {
      const parts = { ...given, door: doorInTurn(given.door, arrival.turn) };
      const end = reporter(parts, mailbox, arrival);
      return end(await quarantine(parts, mailbox, arrival, { ...why, mail: null }), null);
    },
  };
}

async function apply(
  parts: ReceiverParts,
  mailbox: Mailbox,
  arrival: Arrival,
  { mail, caller, commands, files, doubt = null, isAnybodys = false }: Understood,
): Promise<Ended> {
  const raw = rawOf(parts.keepRaw, mailbox, { ...arrival, masked: maskedOf(mail, arrival.raw) });
  const unit: MailUnit = { commands, caller, channel: "email", raw, key: keyOf(mailbox, mail, doubt !== null) };
  const provider = caller.kind === "provider" ? caller : null;
  const who = provider ? { caller: provider } : {};
  const named = namedBy(commands);
  const about = { mail, named, ticket: ticketIn(commands), ...who };
  const effects = await effectsOfApplied(parts, mailbox, { mail, caller: provider, commands, named, isAnybodys });
  if ("reason" in effects) return quarantine(parts, mailbox, arrival, { ...effects, ...about });
  Object.assign(unit, sideOf(mailbox, arrival, effects));
  const outcome = await executeWithFiles(parts, unit, files);
  if (outcome.status === "refused") {
    const reason: FailureCode = outcome.refusal.code;
    const why = doubt ?? { reason, detail: refusalText(outcome.refusal) };
    return quarantine(parts, mailbox, arrival, { ...about, ...why });
  }
  if (effects.answer && !outcome.repeated) parts.onAnswer?.();
  const events = outcome.results.flatMap((result) => result.events);
  const task = outcome.results[0]?.task ?? null;
  const nothing = { code: null, detail: null, named: {}, answer: null };
  if (outcome.repeated && provider)
    parts.recorder.keep({
      kind: "repeated",
      channel: "email",
      caller: provider,
      task,
      event: events[0] ?? null,
      raw,
      ...nothing,
    });
  return {
    outcome: outcome.repeated ? "repeated" : "applied",
    events,
    reason: null,
    results: outcome.results,
    queueMs: outcome.queueMs,
  };
}

function sideOf({ name: mailbox }: Mailbox, { position }: Arrival, effects: MailEffects): Pick<MailUnit, "side"> {
  if (position) return { side: { kind: "mailbox", mailbox, ...position, quarantine: null, effects } };
  return Object.keys(effects).length > 0 ? { side: { kind: "quarantine", mailbox, quarantine: null, effects } } : {};
}
