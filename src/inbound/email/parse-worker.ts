// The thread in which mails are parsed and operators' patterns are run. It may be killed at any time and holds nothing.
import { parentPort } from "node:worker_threads";
import { type ReadMail, readMail } from "./read-mail.ts";
import { type MailRules, type MailText, type Recognised, recognise } from "./recognise.ts";

export type Job = { kind: "read"; raw: Uint8Array } | { kind: "recognise"; mail: MailText; rules: MailRules };
export type Reply = ReadMail | Recognised;

parentPort?.on("message", async (job: Job) => {
  parentPort?.postMessage(job.kind === "read" ? await readMail(asBuffer(job.raw)) : recognise(job.mail, job.rules));
});
parentPort?.postMessage("ready");

function asBuffer(raw: Uint8Array): Buffer {
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
}
