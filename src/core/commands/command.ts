// What every command is made of: who may give it, what it names, and a pure decision.
import type { Actor, TaskRef, World } from "../ports.ts";
import type { Draft } from "../events.ts";
import type { FailureCode, Refusal } from "../errors.ts";

/** What a command names, so that it can be loaded and locked before the decision. */
export interface Names {
  task?: TaskRef;
  ticket?: string | null;
  /** Whether the tasks of the ticket matter too. */
  withTasks?: boolean;
  /** Ids of persons. */
  persons?: readonly string[];
  /** A number the caller chose for something new; null asks for one to be made. */
  newTask?: string | null;
  newTicket?: string | null;
  /** Name of the alert it raises or clears. */
  alert?: string;
  /** Id of the staged file it adds. */
  attachment?: string;
}

/** What a decision may look at. */
export interface Context {
  world: World;
  caller: Actor;
  /** When the message arrived, in milliseconds. */
  at: number;
}

export interface CommandSpec<C> {
  callers: readonly Actor["kind"][];
  /** The most events one such command leads to: so many ids are drawn for it. */
  mostEvents: number;
  /** The same of a command that leads to more events the more it brings. */
  eventsOf?(command: C): number;
  /** Whether it changes wide fields, so that the ones before must be loaded. */
  writesFields: boolean;
  /** Whether it changes the ticket it names, so that its wide fields must be loaded. */
  writesTicket?: true;
  names(command: C): Names;
  decide(command: C, context: Context): Draft[] | Refusal;
}

/** Longest texts, in characters, and most entries. Every channel may be stricter, none more lenient. */
export const LIMITS = {
  number: 64,
  reference: 128,
  subject: 500,
  priority: 64,
  requester: 320,
  personName: 200,
  phone: 64,
  text: 100_000,
  reason: 4_000,
  customNames: 50,
  customName: 64,
  customValue: 4_000,
  attachments: 50,
} as const;

export function refuse(code: FailureCode, detail?: string): Refusal {
  return detail === undefined ? { code } : { code, detail };
}

export function isRefusal(value: object): value is Refusal {
  return "code" in value;
}

/** A text without white space around it, or null when nothing is left. */
export function trimmed(text: string | null | undefined): string | null {
  const inner = text?.trim();
  return inner ? inner : null;
}

/** What XML 1.0 (section 2.2) cannot carry, lone surrogates included: a text with it could never go on to a partner that speaks SOAP. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u;

/** Refuses the first of the given texts that is longer than its limit or holds characters that no partner could be sent. */
export function tooLong(texts: Partial<Record<keyof typeof LIMITS, string | null | undefined>>): Refusal | null {
  for (const [name, text] of Object.entries(texts)) {
    const most = LIMITS[name as keyof typeof LIMITS];
    if (text && text.length > most) return refuse("text_too_long", `The ${name} may have ${most} characters.`);
    if (text && UNPRINTABLE.test(text))
      return refuse("invalid_request", `The ${name} holds control characters or half a character.`);
  }
  return null;
}
