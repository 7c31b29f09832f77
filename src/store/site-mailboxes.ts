// Mailboxes in the words of a site document: checked, as rows, and read back. Every secret of one is sealed, all as one.
import type { Seal } from "./seal.ts";
import type { Mailbox, MailTrust, Site } from "./site.ts";
import { type AnsweringDocument, answeringOf, checkAnswering } from "./site-mail-answers.ts";
import { type MailFilesDocument, mailFilesOf } from "./site-mail-files.ts";
import { checkMailRules, mailRulesOf, type MailRulesDocument } from "./site-mail-rules.ts";
import {
  checkMailServer,
  type MailOauth2,
  type MailServerDocument,
  mailServerSettings,
  type Oauth2Secrets,
  oauth2Secrets,
} from "./site-mail-server.ts";
import { checkName } from "./site-refusal.ts";
import type { Wanted } from "./site-rows.ts";

export interface MailboxDocument extends MailServerDocument, MailRulesDocument, AnsweringDocument {
  name: string;
  /** IMAP server; without it the mailbox takes mails by the API alone. */
  host?: string | null;
  port?: number;
  security?: "tls" | "starttls" | "none";
  user?: string;
  password?: string;
  folder?: string;
  trust: MailTrust;
  attachments?: MailFilesDocument | null;
  pollSeconds?: number;
}

/** Refuses a mailbox that cannot work. */
export function checkMailbox(mailbox: MailboxDocument): void {
  const where = `mailbox ${mailbox.name}`;
  checkName(where, mailbox.name);
  checkMailRules(where, mailbox);
  checkMailServer(where, mailbox);
  checkAnswering(where, mailbox);
}

const PORTS = { tls: 993, starttls: 143, none: 143 } as const;

/** What of a mailbox is secret; never in its settings. */
type Secrets = Pick<Mailbox, "password" | "answersPassword"> & { oauth2?: Oauth2Secrets };
const NO_SECRETS: Secrets = { password: "" };
interface Given {
  password?: string;
  oauth2?: Partial<Oauth2Secrets>;
  answersPassword?: string | null | undefined;
}
const secretsOf = ({ password = "", oauth2, answersPassword }: Given): Secrets => ({
  password,
  ...oauth2Secrets(oauth2),
  ...(answersPassword ? { answersPassword } : {}),
});

/** A mailbox as its settings have it. */
type Settings = Omit<Mailbox, "name" | keyof Secrets> & { oauth2?: Omit<MailOauth2, keyof Oauth2Secrets> };

/** The row of a mailbox. A seal is another one each time, so the secrets are compared in the clear. */
export function mailboxRow(mailbox: MailboxDocument, before: Site, seal: () => Seal): Wanted {
  const security = mailbox.security ?? "tls";
  const settings: Settings = {
    host: mailbox.host ?? null,
    port: mailbox.port ?? PORTS[security],
    security,
    user: mailbox.user ?? "",
    folder: mailbox.folder ?? "INBOX",
    trust: mailbox.trust,
    ...answeringOf(mailbox),
    ...mailFilesOf(mailbox.attachments),
    ...mailRulesOf(mailbox),
    pollMs: (mailbox.pollSeconds ?? 60) * 1000,
    ...mailServerSettings(mailbox),
  };
  const clear = JSON.stringify(secretsOf({ ...mailbox, answersPassword: mailbox.answers?.password }));
  const known = before.mailboxes.get(mailbox.name);
  const isSame = known !== undefined && JSON.stringify(secretsOf(known)) === clear;
  const sealed = isSame ? undefined : clear === JSON.stringify(NO_SECRETS) ? "" : seal().close(clear);
  const row = { settings: JSON.stringify(settings), ...(sealed === undefined ? {} : { secrets: sealed, password: "" }) };
  return { kind: "mailboxes", name: mailbox.name, row };
}

/** A mailbox as its row has it. */
export interface MailboxRow {
  name: string;
  settings: string;
  /** Sealed alone by versions that knew no other secret; empty since. */
  password: string;
  secrets: string | null;
}

/** Reads a row back; without `unseal` its secrets stay empty. */
export function mailboxOf({ name, settings, password, secrets }: MailboxRow, unseal?: (sealed: string) => string): Mailbox {
  const { oauth2, ...shown } = JSON.parse(settings) as Settings;
  const clear = unseal && secrets ? (JSON.parse(unseal(secrets)) as Secrets) : NO_SECRETS;
  const older = unseal && password !== "" ? { password: unseal(password) } : {};
  const access = oauth2 ? { oauth2: { ...oauth2, clientSecret: "", refreshToken: "", ...clear.oauth2 } } : {};
  return { ...shown, name, password: clear.password, ...older, ...access };
}

/** A mailbox without what is secret. */
export function describeMailbox({
  password: _password,
  answersPassword: _answers,
  oauth2,
  ...shown
}: Mailbox): Record<string, unknown> {
  if (!oauth2) return shown;
  const { clientSecret: _clientSecret, refreshToken: _refreshToken, ...rest } = oauth2;
  return { ...shown, oauth2: rest };
}
