// What an operator set up, as one snapshot, from groups and credentials to Systems and mappings. Read often, replaced as a whole.
import type { Directory, Provider } from "../core/directory.ts";
import type { CredentialLimits } from "../lib/scopes.ts";
import type { RateRule } from "../lib/rate.ts";
import type { Mapping, System } from "./outgoing.ts";
import type { AnswerKind } from "../core/mail-effects.ts";
import type { BudgetRule } from "../lib/mail-budget.ts";
import type { MailWords } from "../lib/mail-words.ts";
import type { AlertRules } from "./site-alerts.ts";
import type { Issuer } from "./site-issuers.ts";
import type { MailFilesDocument } from "./site-mail-files.ts";
import type { MailServer } from "./site-mail-server.ts";

/** The kinds of credential and what each keeps. Secrets are kept as hashes; only what must be sent out is sealed. */
export type Credential = {
  /** Stable id; for an API key also the middle part of the key itself. */
  id: string;
  /** Whose it is. A provider sees and moves only its own groups' tasks. */
  holder: { kind: "provider"; provider: string } | { kind: "ticketing" } | { kind: "administrator" };
  /** What bounds it; nothing does when absent. */
  limits?: CredentialLimits;
  /** How many calls it may make; without one what the setting says, `none` is any number whatever that says. */
  rateLimit?: RateRule | "none";
} /** `hash`: SHA-256 of the whole key, hex; of the newest where there are several. `versions`, newest first, when it was ever rotated. */ & (
  | { kind: "api_key"; hash: string; versions?: readonly KeyVersion[] }
  | { kind: "basic"; user: string /** scrypt, as `scrypt$N$r$p$salt$hash`, base64url. */; hash: string }
  /** WS-Security UsernameToken. `hash` is that of Basic; `password` is the clear text, for PasswordDigest, null where that is not taken. */
  | { kind: "username_token"; user: string; hash: string; password: string | null }
  /** What a call shows as an argument, as it is or hashed. Clear text, unsealed for use; never logged, never answered. */
  | { kind: "shared_secret"; secret: string }
  /** Addresses and CIDR ranges from which a call needs nothing else. */
  | { kind: "network"; networks: readonly string[] }
  | { kind: "email" /** A full address, or `@domain` for every address of it; lower case. */; sender: string }
  /** Of a System that belongs to a provider: what it answers is taken as the provider's word. Nobody can show it. */
  | { kind: "system" }
);

/** One key of a credential that was rotated. Times in milliseconds UTC. */
export interface KeyVersion {
  /** Counts up from 1. */
  version: number;
  hash: string;
  /** Null for one made before there were versions. */
  createdAt: number | null;
  /** From when on it lets nobody in; null while it is the newest. */
  endsAt: number | null;
}

/**
 * What the SOAP system of one provider needs that no other may have: `charset` for XML that names none (null: UTF-8),
 * `anyBody` where the operation its action names may come with an element of another name or namespace.
 */
export interface SoapManners {
  charset: string | null;
  anyBody: boolean;
}

export const USUAL_MANNERS: SoapManners = { charset: null, anyBody: false };

/**
 * How the sender of a mail is believed. `dmarc` asks for `dmarc=pass` in the Authentication-Results of `authservId`, null for a
 * server that writes no name of its own; by `token` no address is.
 */
export type MailTrust = { kind: "dmarc"; authservId: string | null } | { kind: "sender" } | { kind: "token" };

/** Who may open a ticket by mail. `persons`: providers, and whom the site knows as a person by their address. */
export type TicketOpeners = "nobody" | "providers" | "persons" | "anybody";

/** How mails are read. What is absent is as it was before there was such a setting. */
export interface MailboxRules {
  /** Pattern of a tag line with the two place-holders LABEL and Value, such as `[[LABEL]]: [[Value]]`; or several. */
  tagFormat: string | readonly string[];
  /** Further names of a tag, by the tag: `{ Solution: ["Lösung"], "custom.Serial": ["Seriennummer"] }`. */
  labels?: Readonly<Record<string, readonly string[]>>;
  /** Further words for what the tags Status and Action say, by what they mean. */
  words?: MailWords;
  /** Regular expressions whose first group is a number, tried on subject, then body. */
  taskPatterns: readonly string[];
  ticketPatterns?: readonly string[];
  /** Of providers' own numbers for tasks. */
  referencePatterns?: readonly string[];
  /** `nobody` when absent. */
  openTickets?: TicketOpeners;
  /** Id of the person whose ticket it is when the sender is unknown. */
  failoverPerson?: string | null;
  /** How many mails of strangers are carried out in an hour where anybody may open tickets; null for any number, 100 when absent. */
  strangersPerHour?: number | null;
  /** What a mail may do that nobody stands behind; `quarantine` when absent. */
  untrusted?: "nothing" | "quarantine" | "message";
}

export interface Mailbox extends MailServer, MailboxRules {
  name: string;
  /** Null for a mailbox that is not read: its mails come by `POST /v1/mailboxes/{name}/mails` alone. */
  host: string | null;
  port: number;
  /** `tls` from the first byte, `starttls` required, `none` only towards this machine. */
  security: "tls" | "starttls" | "none";
  user: string;
  /** Clear text, unsealed for use; never logged, never answered. */
  password: string;
  folder: string;
  trust: MailTrust;
  /** Which files of its mails are taken; absent for the usual rules. */
  attachments?: MailFilesDocument;
  /** Absent or null: nobody is answered. */
  answers?: MailAnswers | null;
  /** Clear text, as `password`, of the server that sends the answers; empty without one. */
  answersPassword?: string;
  /** How many mails of one sender are taken on one task; absent or null for any number. */
  budget?: BudgetRule | null;
  /** Longest pause between two looks at the mailbox, in milliseconds. */
  pollMs: number;
}

/** How a mailbox answers, and over which server. */
export interface MailAnswers {
  from: string;
  host: string;
  port: number;
  security: "tls" | "starttls" | "none";
  /** Null: the server asks for no login. */
  user: string | null;
  /** What is answered. */
  kinds: readonly AnswerKind[];
  /** Code of the language, and those of providers who have another. */
  language: string;
  languages: Readonly<Record<string, string>>;
  /** Most answers to one address. */
  perHour: number;
  /** Letters in the place of the usual ones, by language. */
  texts: Readonly<Record<string, Partial<Record<AnswerKind, { subject: string; text: string }>>>>;
}

export interface Site extends Directory {
  providers: ReadonlyMap<string, Provider & { soap: SoapManners }>;
  /** Counts up with every change; read in every batch. */
  version: number;
  credentials: ReadonlyMap<string, Credential>;
  /** Whose access tokens are taken, by name. */
  issuers: ReadonlyMap<string, Issuer>;
  mailboxes: ReadonlyMap<string, Mailbox>;
  systems: ReadonlyMap<string, System>;
  /** `since`: events up to this position never lead to a delivery by this mapping. */
  mappings: ReadonlyMap<string, Mapping & { since: number }>;
  /** When the desk is warned. */
  alerts: AlertRules;
}
