// How a mailbox answers, and how many mails of one sender it takes, in the words of a site document: checked and read.
import type { AnswerKind } from "../core/mail-effects.ts";
import type { Mailbox, MailAnswers } from "./site.ts";
import { isThisMachine, wrong } from "./site-refusal.ts";

export interface MailAnswersDocument {
  host: string;
  port?: number;
  security?: "tls" | "starttls" | "none";
  user?: string | null;
  password?: string | null;
  from: string;
  kinds?: readonly AnswerKind[];
  language?: string;
  /** By provider. */
  languages?: Readonly<Record<string, string>>;
  perHour?: number;
  texts?: MailAnswers["texts"];
}

/** The part of a mailbox's document that is read here. */
export interface AnsweringDocument {
  answers?: MailAnswersDocument | null;
  budget?: { mails: number; minutes: number } | null;
}

const PORTS = { tls: 465, starttls: 587, none: 25 } as const;
const KINDS: readonly AnswerKind[] = ["accepted", "refused", "oversize"];
/** Far above what people and ticket systems write about one task in an hour. */
const USUAL_BUDGET = { mails: 200, minutes: 60 };
/** A letter says at least this. */
const NEEDED: Readonly<Record<AnswerKind, string>> = { accepted: "understood", refused: "reason", oversize: "reason" };

/** Refuses answers that cannot be sent. */
export function checkAnswering(where: string, { answers }: AnsweringDocument): void {
  if (!answers) return;
  const { from, host, security, user, password, texts = {} } = answers;
  if (!/^[^<>\r\n]*<?[^\s<>@]+@[^\s<>@]+>?$/.test(from.trim())) wrong(where, `answers: ${from} is not a mail address`);
  if (security === "none" && !isThisMachine(host))
    wrong(where, "answers: security none is for this machine only; use tls or starttls");
  if (Boolean(user) !== Boolean(password)) wrong(where, "answers: user and password are given together");
  for (const [language, letters] of Object.entries(texts)) {
    for (const [kind, { text }] of Object.entries(letters)) {
      const needed = NEEDED[kind as AnswerKind];
      if (!new RegExp(`\\{\\{\\s*${needed}\\s*\\}\\}`).test(text))
        wrong(where, `answers: the text for ${kind} in ${language} needs the place-holder {{${needed}}}`);
    }
  }
}

/** The settings, without what is secret. */
export function answeringOf({ answers, budget = USUAL_BUDGET }: AnsweringDocument): Pick<Mailbox, "answers" | "budget"> {
  if (!answers) return { answers: null, budget };
  const { from, host, port, security = "starttls", user, kinds = KINDS, language = "en", languages = {} } = answers;
  return {
    answers: {
      ...{ from, host, port: port ?? PORTS[security], security, user: user || null, kinds, language, languages },
      ...{ perHour: answers.perHour ?? 20, texts: answers.texts ?? {} },
    },
    budget,
  };
}
