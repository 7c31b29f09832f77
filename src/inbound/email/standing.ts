// Who stands behind a mail: the provider its sender or its token shows, a person the desk knows, or nobody, and what that allows here.
import type { Caller, Speaker } from "../../core/ports.ts";
import type { Credential, Mailbox } from "../../store/site.ts";
import { type Answer, systemCredential } from "./answer.ts";
import type { Writer } from "./on-ticket.ts";
import type { Mail } from "./read-mail.ts";
import type { MailSender } from "./recognise.ts";
import type { Rejected } from "./set-aside.ts";
import { isVerified, type Verdict, verifySender } from "./trust.ts";

export type ProviderCaller = Extract<Caller, { kind: "provider" }>;

/** Finds the person with this address; null for none. */
export type FindPerson = (address: string) => Promise<{ id: string } | null>;

/** In whose name a mail may be taken. `doubt` is why it is set aside when it leads to nothing after all. */
export interface Standing {
  caller: ProviderCaller | null;
  sender: MailSender;
  doubt: Rejected | null;
}

interface Asked {
  mail: Mail;
  mailbox: Mailbox;
  credentials: readonly Credential[];
  answer: Answer | null;
  findPerson: FindPerson;
}

/** Who stands behind the mail, or why it can do nothing. */
export async function standingOf(asked: Asked): Promise<Standing | Rejected> {
  const { mail, mailbox, credentials, answer } = asked;
  const verdict = verifySender(mail, mailbox.trust, credentials);
  const caller = callerOf(verdict, answer);
  if (!("reason" in caller)) return { caller, sender: await providerSender(asked), doubt: null };
  if (verdict.ok || caller.reason === "conflict") return caller;
  const sender = (await openerOf(asked, verdict)) ?? noterOf(asked);
  if (sender) return { caller: null, sender, doubt: caller };
  return mailbox.untrusted === "nothing" ? { ...caller, isNoise: true } : caller;
}

/**
 * Who stands behind a mail: its sender when that is believed, else whoever was given the token. A token in a mail from
 * another provider's address, verified or not, is worth nothing.
 */
function callerOf(sender: Verdict, answer: Answer | null): ProviderCaller | Rejected {
  if (!answer) return sender.ok ? asCaller(sender.provider, sender.credential) : { reason: sender.reason, detail: sender.detail };
  const { provider, system } = answer.claim;
  if ((sender.ok ? sender.provider : (sender.claimed ?? provider)) !== provider)
    return { reason: "conflict", detail: "The mail answers one that another provider was sent." };
  return asCaller(provider, sender.ok ? sender.credential : systemCredential(system));
}

function asCaller(provider: string, credential: string): ProviderCaller {
  return { kind: "provider", provider, credential };
}

/** Tickets of a provider's mails are those of the person with its address, else of the failover person. */
async function providerSender({ mail, mailbox, findPerson }: Asked): Promise<MailSender> {
  const mayOpen = (mailbox.openTickets ?? "nobody") !== "nobody";
  const person = mayOpen && mail.from !== null ? await findPerson(mail.from) : null;
  return { power: "provider", mayOpen, ...writerOf(mail, mailbox, person) };
}

/** Whose ticket a mail makes. */
export function writerOf({ from }: Mail, { failoverPerson }: Mailbox, person: { id: string } | null | undefined): Writer {
  return { address: from, person: person?.id ?? failoverPerson ?? null, isKnown: person?.id !== undefined };
}

/** A person whose address is believed, or anybody where the mailbox is for everybody. Who claims to be a provider is neither. */
async function openerOf(asked: Asked, verdict: Verdict): Promise<MailSender | null> {
  const { mail, mailbox, findPerson } = asked;
  const { openTickets = "nobody", trust } = mailbox;
  if ((openTickets !== "persons" && openTickets !== "anybody") || mail.from === null) return null;
  if (!verdict.ok && verdict.isProviders) return null;
  const person = isVerified(mail, trust) ? await findPerson(mail.from) : null;
  if (person === null && openTickets === "persons") return null;
  const anybody = person === null ? { isAnybody: true } : {};
  return { power: "opener", mayOpen: true, ...writerOf(mail, mailbox, person), ...anybody };
}

function noterOf({ mail, mailbox }: Asked): MailSender | null {
  if (mailbox.untrusted !== "message") return null;
  return { power: "noter", mayOpen: false, address: mail.from, person: null, isKnown: false };
}

/** In whose name the mail's unit is done: what a provider says of its tasks in its own, what opens a ticket in the mailbox's. */
export function actorOf(caller: ProviderCaller | null, mailbox: string, commands: readonly { type: string }[]): Speaker {
  const isOpening = commands.some(({ type }) => type === "create_ticket");
  return caller === null || isOpening ? { kind: "mailbox", mailbox } : caller;
}
