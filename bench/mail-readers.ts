// How fast mails of one plain text are read by mailparser's way and by the quick reader: in one process, in turns, so that whatever
// slows the machine slows both alike.
import { isDeepStrictEqual } from "node:util";
import { type Mime, readAnyMime, readMime } from "../src/inbound/email/mime.ts";
import { quickRead } from "../src/inbound/email/quick-read.ts";
import { mimeMail, text } from "../test/helpers/mime-mail.ts";
import { mailBytes } from "../test/helpers/story.ts";
import { FROM } from "./mail-post.ts";
import { median } from "./report.ts";

export interface ReadersMeasured {
  /** How the mails are encoded. */
  name: string;
  mails: number;
  bytesEach: number;
  /** Mails a second: medians of the rounds. */
  mailparser: number;
  quick: number;
  ratio: number;
  /** What does not add up; empty when all does. */
  wrong: string[];
}

/** Makes a mail of some 5 KB. */
const LINE = "The engineer has looked at the line and measured it again.\n";

const FORMS: readonly { name: string; make(index: number): Buffer }[] = [
  {
    name: "base64",
    make(index) {
      const message = `${index}. ${LINE.repeat(58)}`.trimEnd();
      return mailBytes({ type: "update_message", task: `TSK-${index}`, message }, FROM, `readers-${index}@acme.example`);
    },
  },
  {
    name: "8bit",
    make(index) {
      const tags = `[[Action]]: update\n[[TaskId]]: TSK-${index}\n[[Message]]: Größe ${index}.\n${LINE.repeat(79)}[[End]]:\n`;
      const header = [`From: ${FROM}`, `Message-ID: <readers-8bit-${index}@acme.example>`, `Subject: Task ${index}`];
      return mimeMail({ ...text(tags.replaceAll("\n", "\r\n")), encoding: "8bit" }, header);
    },
  },
];

/** Reads `mails` mails of each form, `rounds` times by each way. */
export async function measureReaders(mails: number, rounds: number): Promise<ReadersMeasured[]> {
  const measured: ReadersMeasured[] = [];
  for (const { name, make } of FORMS) {
    const raws = Array.from({ length: mails }, (_, index) => make(index + 1));
    measured.push({ name, mails, bytesEach: raws[0]?.length ?? 0, ...(await measureForm(raws, rounds)) });
  }
  return measured;
}

type Way = (raw: Buffer) => Promise<Mime | null>;
type Figures = Pick<ReadersMeasured, "mailparser" | "quick" | "ratio" | "wrong">;

async function measureForm(raws: readonly Buffer[], rounds: number): Promise<Figures> {
  const mailparser: number[] = [];
  const quick: number[] = [];
  // Reading all for comparison compiles the code of both.
  const wrong = await differences(raws);
  for (let round = 0; round < rounds; round++) {
    const ways = [() => speedOf(readAnyMime, raws, mailparser, wrong), () => speedOf(readMime, raws, quick, wrong)];
    for (const run of round % 2 === 0 ? ways : ways.toReversed()) await run();
  }
  const figures = { mailparser: median(mailparser), quick: median(quick) };
  return { ...figures, ratio: figures.quick / figures.mailparser, wrong };
}

async function speedOf(read: Way, raws: readonly Buffer[], speeds: number[], wrong: string[]): Promise<void> {
  let count = 0;
  const begun = performance.now();
  for (const raw of raws) if (await read(raw)) count++;
  speeds.push(count / ((performance.now() - begun) / 1000));
  if (count !== raws.length) wrong.push(`${raws.length} mails, ${count} read`);
}

/** Each mail must be one that the quick reader reads, and both must give the same of it. */
async function differences(raws: readonly Buffer[]): Promise<string[]> {
  let aside = 0;
  let other = 0;
  for (const raw of raws) {
    if (quickRead(raw) === null) aside++;
    if (!isDeepStrictEqual(await readMime(raw), await readAnyMime(raw))) other++;
  }
  return [
    ...(aside > 0 ? [`${aside} of ${raws.length} mails are none for the quick reader`] : []),
    ...(other > 0 ? [`${other} of ${raws.length} mails are read differently by the two`] : []),
  ];
}

/** The figures of a form as a line of text. */
export function readersLine({ name, mails, bytesEach, mailparser, quick, ratio }: ReadersMeasured): string {
  const speeds = `${Math.round(quick)} mails/s by the quick reader, ${Math.round(mailparser)} by mailparser`;
  return `mail-readers, ${name}: ${speeds}, ratio ${ratio.toFixed(1)} (${mails} of ${bytesEach} bytes)`;
}
