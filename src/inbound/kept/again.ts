// Runs a kept message again through the door, in its sender's name: at most once, whatever happens, for its end is written with the events it
// leads to. Shows what was answered to one that led to an event, by writing that answer again.
import { writeBeside } from "../../core/execute.ts";
import { FAILURES, Failure } from "../../core/errors.ts";
import type { GivenAnswer, MessageWrite } from "../../core/messages.ts";
import type { Caller, CommandResult, Door, Outcome } from "../../core/ports.ts";
import type { By } from "../../lib/by.ts";
import type { MessageDetail } from "../../store/views/message-rows.ts";
import type { MessageViews } from "../../store/views/messages.ts";

/** A message as a channel is to read it. */
export interface Again {
  message: MessageDetail;
  caller: Caller;
  raw: Buffer;
  contentType: string;
  /** Number of the task it is about, where somebody says so instead of the message. */
  task: string | null;
  reading: Reading;
  /** Keeps every rule of the core, and ends the message with what it leads to. */
  door: Door;
}

/** How a mail is to be read: for what it asks; for its words alone, as its provider's message or as a note of the desk; as a new ticket. */
export interface Reading {
  as: "commands" | "message" | "internal" | "ticket";
  /** What it should have said. */
  text: string | null;
  /** Tags it should have had, by label. */
  tags: Readonly<Record<string, string>> | null;
}

const AS_IT_IS: Reading = { as: "commands", text: null, tags: null };

/** What a mail says. */
export interface MailLook {
  from: string | null;
  subject: string;
  date: string | null;
  messageId: string | null;
  /** Who or what wrote it, such as `person` or `bounce`. */
  kind: string;
  text: string;
  /** Whether `text` is but its beginning. */
  isCut: boolean;
  /** What its sender wrote outside tags: without history and signature. */
  words: string;
  tags: readonly { label: string; value: string }[];
  /** Its attachments, and those of messages attached to it. */
  files: readonly { name: string; contentType: string; inline: boolean; bytes: number }[];
  /** What it would lead to were it run as it is, or why to nothing. */
  leadsTo: { commands: readonly string[]; reason: string | null; detail: string | null };
}

/** Reads a message as if it came now, and has it carried out. Throws the `Failure` it would be answered with. */
export type RunAgain = (again: Again) => Promise<Outcome>;

/** What a channel does with its kept messages. */
export interface KeptChannel {
  run: RunAgain;
  /** The answer to a message that led to these results; null where nothing is answered. */
  answer(message: MessageDetail, results: readonly CommandResult[]): Promise<GivenAnswer | null>;
  /** What it says; only where a message is more than its form shows. */
  look?(message: MessageDetail, raw: Buffer): Promise<MailLook>;
}

/** How the operator wants a message run. */
export interface Correction {
  body?: string;
  task?: string;
  /** Whose message it is, where that is not known; of a note of the desk, who writes it. */
  caller?: Caller;
  /** Of a mail alone. */
  reading?: Partial<Reading>;
  comment: string | null;
}

/** What came of it. `refused` leaves the message open. */
export interface Ran {
  outcome: "done" | "repeated" | "refused";
  code: string | null;
  detail: string | null;
}

export interface MessageDesk {
  run(id: string, correction: Correction, by: By): Promise<Ran>;
  dismiss(id: string, comment: string, by: By): Promise<void>;
  look(id: string): Promise<MailLook>;
  /** What was answered; null where nothing was. */
  answerTo(message: MessageDetail): Promise<GivenAnswer | null>;
}

interface Parts {
  door: Door;
  messages: MessageViews;
  channels: Readonly<Record<"soap" | "rest" | "email", KeptChannel>>;
}

/** Makes what administrators do with kept messages. */
export function createMessageDesk({ door, messages, channels }: Parts): MessageDesk {
  const channelOf = ({ channel }: MessageDetail): KeptChannel | null =>
    channel === "soap" || channel === "rest" || channel === "email" ? channels[channel] : null;
  const openOne = async (id: string): Promise<MessageDetail> => {
    const message = await messages.one(id);
    if (message === null) throw new Failure("unknown_message");
    if (message.state === null) throw new Failure("message_state", "Only what was refused or set aside can be run or dismissed.");
    return message;
  };
  return {
    async run(id, correction, by) {
      const message = await openOne(id);
      if (message.state === "run") return REPEATED;
      if (message.state === "dismissed") throw dismissed();
      const channel = channelOf(message);
      if (channel === null) throw new Failure("message_state", "Its channel runs nothing again.");
      const raw = await rawFor(message, correction, messages);
      const { comment, task = null } = correction;
      const side: MessageWrite = { kind: "message", id, state: "run", by, comment, correction: toldOf(correction) };
      const again = { message, caller: callerFor(message, correction), raw, task, reading: readingOf(message, correction) };
      const ran = await outcomeOf(() =>
        channel.run({ ...again, contentType: typeFor(message, correction), door: endingDoor(door, side, message) }),
      );
      if (ran === "late" && (await openOne(id)).state === "dismissed") throw dismissed();
      return ran === "late" ? REPEATED : ran;
    },
    async dismiss(id, comment, by) {
      const message = await openOne(id);
      if (message.state === "run") throw new Failure("message_state", "It was run.");
      if (message.state === "dismissed") return;
      const side: MessageWrite = { kind: "message", id, state: "dismissed", by, comment };
      await writeBeside(door, side).catch(async (error: unknown) => {
        if (!isLate(error)) throw error;
        if ((await openOne(id)).state !== "dismissed") throw new Failure("message_state", "It was run.");
      });
    },
    async look(id) {
      const message = await messages.one(id);
      if (message === null) throw new Failure("unknown_message");
      const look = channelOf(message)?.look;
      const raw = message.raw === "none" ? null : await messages.bytes(message);
      if (look === undefined || raw === null)
        throw new Failure("message_state", "Only a mail whose bytes are kept has more to show.");
      return look(message, raw);
    },
    async answerTo(message) {
      if (message.answer !== null || message.kind !== "accepted") return message.answer;
      const results = await messages.resultsOf(message.id);
      return (await channelOf(message)?.answer(message, results)) ?? null;
    },
  };
}

const REPEATED: Ran = { outcome: "repeated", code: null, detail: null };
const dismissed = (): Failure => new Failure("message_state", "It was dismissed.");
/** Somebody else was faster; what came of it stands in the message. */
const isLate = (error: unknown): boolean => error instanceof Failure && error.code === "guard_lost";

/** What is refused is told, not thrown: the message stays open. */
async function outcomeOf(run: () => Promise<Outcome>): Promise<Ran | "late"> {
  try {
    const outcome = await run();
    if (outcome.status === "refused") return refusedAs(outcome.refusal.code, outcome.refusal.detail);
    return { outcome: outcome.repeated ? "repeated" : "done", code: null, detail: null };
  } catch (error) {
    if (isLate(error)) return "late";
    if (!(error instanceof Failure)) throw error;
    if (error.class !== "refused") throw error;
    return refusedAs(error.code, error.detail);
  }
}

function refusedAs(code: keyof typeof FAILURES, detail: string | undefined): Ran {
  const says = FAILURES[code].says;
  return { outcome: "refused", code, detail: detail ? `${says} ${detail}` : says };
}

async function rawFor(message: MessageDetail, { body }: Correction, messages: MessageViews): Promise<Buffer> {
  if (body !== undefined) return Buffer.from(body);
  if (message.raw !== "whole") throw new Failure("message_state", "Not all of its bytes were kept: give the whole as body.");
  return (await messages.bytes(message)) ?? Buffer.alloc(0);
}

const CHARSET = /;\s*charset\s*=\s*(?:"[^"]*"|[^\s;"]*)/gi;

/** A form stays in its charset whatever is taken from it: most of it is escaped bytes. */
const FORM = /^\s*application\/x-www-form-urlencoded\b/i;

/** A body somebody wrote, and one from which credentials were taken, is UTF-8. */
function typeFor({ about }: MessageDetail, { body }: Correction): string {
  const { contentType = "", masked } = about;
  if (body === undefined && (!masked || FORM.test(contentType))) return contentType;
  return `${contentType.replace(CHARSET, "")}; charset=utf-8`;
}

/** Only what a mail says can be told apart from its form. */
function readingOf({ channel }: MessageDetail, { reading }: Correction): Reading {
  if (reading === undefined) return AS_IT_IS;
  if (channel !== "email") throw new Failure("invalid_request", "as, text, tags: only for a mail; give a call's whole body.");
  return { ...AS_IT_IS, ...reading };
}

/** What the audit log is told of a correction. */
function toldOf({ body, task, caller, reading }: Correction): object {
  const provider = caller?.kind === "provider" ? { provider: caller.provider } : {};
  return { ...(body === undefined ? {} : { body: "changed" }), ...(task === undefined ? {} : { task }), ...provider, ...reading };
}

function callerFor({ caller }: MessageDetail, { caller: given }: Correction): Caller {
  const { kind, provider, credential } = caller ?? {};
  const isOthers = given?.kind === "provider" && kind && !(kind === "provider" && provider === given.provider);
  if (isOthers) throw new Failure("invalid_request", `provider: it is known whose it is: ${provider ?? kind}.`);
  if (given) return given;
  if (kind === "provider" && provider && credential) return { kind, provider, credential };
  if ((kind === "ticketing" || kind === "administrator") && credential) return { kind, credential };
  throw new Failure("message_state", "Nobody is known to stand behind it: say whose it is with provider.");
}

/**
 * Commands go through with the end of the message beside them, under what its repeats are known by: the sender's own next try, and a run
 * of the same message, count once. A file is staged as always.
 */
function endingDoor(door: Door, side: MessageWrite, { about }: MessageDetail): Door {
  const { key, digest } = about;
  return {
    execute(unit) {
      if (unit.commands.length === 0) return door.execute(unit);
      const known = key ? { key } : digest && !unit.key ? { digest } : {};
      return door.execute({ ...unit, ...known, side });
    },
  };
}
