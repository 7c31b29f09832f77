// Rules of a mailbox, senders, and the way from a mail to its commands, for tests of recognising.
import { type MailRules, type MailSender, type MailText, recognise } from "../../src/inbound/email/recognise.ts";

export const RULES: MailRules = {
  tagFormat: "[[LABEL]]: [[Value]]",
  taskPatterns: ["\\b(TSK-\\d+)\\b", "task no\\. ?(\\d+)"],
  ticketPatterns: ["TicketId:\\s*(\\S+)"],
  referencePatterns: ["\\b(INC\\d+)\\b", "#(\\d{4,})\\b"],
  labels: {
    TaskId: ["Auftrag"],
    Solution: ["Lösung", "Soluzione"],
    Priority: ["Priorität"],
    "custom.Serial": ["Seriennummer"],
    "custom.Source": [],
  },
  timeZone: "Europe/Berlin",
};
export const OPENING: MailRules = { ...RULES, openTickets: "anybody", failoverPerson: "front-desk" };

export const sender = (power: MailSender["power"], changes: Partial<MailSender> = {}): MailSender => ({
  ...{ power, mayOpen: power !== "noter", address: "ada@example.com", person: null, isKnown: false, ...changes },
});
export const PROVIDER = sender("provider", { address: "noc@acme.example", person: "front-desk" });
export const ADA = sender("opener", { person: "ada", isKnown: true });
export const STRANGER = sender("opener", { person: "front-desk", isAnybody: true });
export const NOBODY = sender("noter");

/** The commands a mail leads to, or the reason why to none. */
export function read(mail: Partial<MailText>, rules: MailRules = RULES): unknown {
  const found = recognise({ subject: "", text: "", automatic: false, ...mail }, rules);
  return found.ok ? found.commands : found.reason;
}

export const update = (task: string, message: string) => [{ type: "update_message", task, message }];
export const known = (task: string, reference: string, message?: string) => [
  { type: "acknowledge", bare: true, task, reference, found: true, ...(message ? { message } : {}) },
];
export const TOKEN = { task: "TSK-1", blocks: [], direct: true };
