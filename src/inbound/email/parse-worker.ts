// A thread in which mails are parsed and operators' patterns are run. It may be killed at any time and holds nothing.
import { parentPort } from "node:worker_threads";
import { sharedAtOnce, transferable } from "../../lib/shared-bytes.ts";
import { maskMail } from "../kept/mask.ts";
import { type ReadMail, readMail } from "./read-mail.ts";
import { type MailRules, type MailText, type Recognised, recognise } from "./recognise.ts";

interface ReadJob {
  kind: "read";
  raw: Uint8Array;
}

interface RecogniseJob {
  kind: "recognise";
  mail: MailText;
  rules: MailRules;
}

interface MaskJob {
  kind: "mask";
  raw: Uint8Array;
}

export type Job = ReadJob | RecogniseJob | MaskJob;
export type Reply<J extends Job> = J extends ReadJob ? ReadMail : J extends MaskJob ? Uint8Array : Recognised;

parentPort?.on("message", async (job: Job) => {
  if (job.kind === "recognise") return parentPort?.postMessage(recognise(job.mail, job.rules));
  if (job.kind === "mask") return parentPort?.postMessage(sharedAtOnce(maskMail(asBuffer(job.raw)).bytes));
  const read = await readMail(asBuffer(job.raw));
  parentPort?.postMessage(read, buffersOf(read));
});
parentPort?.postMessage("ready");

function asBuffer(raw: Uint8Array): Buffer {
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
}

/** Bytes are handed over, not copied. */
function buffersOf(read: ReadMail): ArrayBuffer[] {
  if (!read.ok) return [];
  const { files, masked } = read.mail;
  return transferable([...files.map((file) => file.content), ...(masked ? [masked] : [])]);
}
