// `crossdesk handover`: the sheet for a partner, on standard output.
import { readSettings } from "../settings.ts";
import { type CliCommand, textOf, WrongUsage } from "./command.ts";

const TEXT = `
Prints the sheet that a provider is handed: addresses, the WSDL, sample calls
over SOAP and REST as curl commands that can be pasted, sample mails with their
tags, and how it is called itself. The values are the provider's own: its
groups, a task that is with it, the ids of its credentials. No secret is in it.

It reads the database of DATABASE_URL beside a running gateway.`;

export const handover: CliCommand = {
  summary: "print the sheet a provider is handed, with its own values",
  line: "handover PROVIDER [--address URL]",
  text: TEXT,
  words: { least: 1, most: 1 },
  options: {
    address: { type: "string", value: "URL", says: "the address partners use, where CROSSDESK_PUBLIC_URL is not set" },
  },
  async run(call) {
    const address = textOf(call, "address") ?? null;
    if (address !== null && !URL.canParse(address)) throw new WrongUsage(`"${address}" is no address.`);
    const { handoverSheet } = await import("../app/handover.ts");
    await call.print(await handoverSheet(readSettings(call.env), call.words[0] ?? "", address));
  },
};
