// The subjects about mails, their lines in the output, and what of them does not add up.
import type { TestMariadb } from "../test/helpers/mariadb.ts";
import { lacking } from "../test/helpers/packages.ts";
import { type HoldMeasured, HOLD_GOAL_MS, holdTable, measureHold } from "./mail-hold.ts";
import { IDLE_GOAL_MS, type IdleMeasured, idleLine, measureIdle } from "./mail-idle.ts";
import { measureReaders, type ReadersMeasured, readersLine } from "./mail-readers.ts";
import { type MailsMeasured, measureMails } from "./mails.ts";

const MAILS = "mails";
const READERS = "mail-readers";
const HOLD = "mail-hold";
const IDLE = "mail-idle";
export const MAIL_NAMES: readonly string[] = [MAILS, READERS, HOLD, IDLE];

export const MAIL_HELP = `${READERS} reads mails of one plain text by mailparser and by the quick reader in turns and prints
the ratio. ${HOLD} prints how long mails of 25 MiB held the event loop at the longest, with a goal of ${HOLD_GOAL_MS} ms. ${IDLE} prints the time
from a mail's delivery to its event, with a goal of ${IDLE_GOAL_MS} ms.`;

const IDLE_MAILS = 50;

/** What it works with. */
export interface MailGround {
  folder: string;
  mariadb: TestMariadb | null;
  mails: number;
  rounds: number;
}

export interface MailFigures {
  mails: MailsMeasured[];
  mailReaders: ReadersMeasured[];
  mailHold: HoldMeasured[];
  mailIdle: IdleMeasured[];
}

/** Measures those of `names`, one after the other; without Dovecot only what needs none. */
export async function measureMailSubjects(ground: MailGround, names: readonly string[]): Promise<MailFigures> {
  const { folder, mariadb, mails, rounds } = ground;
  const withServer = (name: string): boolean => names.includes(name) && !lacking("dovecot");
  return {
    mails: withServer(MAILS) ? await measureMails(folder, mails, mariadb) : [],
    mailReaders: names.includes(READERS) ? await measureReaders(mails, rounds) : [],
    mailHold: withServer(HOLD) ? await measureHold(folder, rounds) : [],
    mailIdle: withServer(IDLE) ? [await measureIdle(folder, IDLE_MAILS)] : [],
  };
}

/** The figures as lines of text. */
export function mailLines({ mails, mailReaders, mailHold, mailIdle }: MailFigures): string[] {
  return [
    ...mails.map((one) => `${one.name}: ${Math.round(one.perSecond)} mails/s (${one.mails} of ${one.bytesEach} bytes)`),
    ...mailReaders.map(readersLine),
    ...mailIdle.map(idleLine),
    ...(mailHold.length > 0 ? [`\n${holdTable(mailHold)}`] : []),
  ];
}

/** Mails that did not end as they must. */
export function mailFaults({ mails, mailReaders, mailHold, mailIdle }: MailFigures): string[] {
  const counted = [...mails, ...mailIdle.map((one) => ({ ...one, name: IDLE }))];
  return [
    ...counted.filter((one) => one.stored !== one.mails).map((one) => `${one.name}: ${one.mails} mails, ${one.stored} events`),
    ...mailReaders.flatMap((one) => one.wrong.map((what) => `${READERS}, ${one.name}: ${what}`)),
    ...mailHold.flatMap((one) => one.others.map((other) => `${HOLD}, ${one.name}: ${other} instead of ${one.expected}`)),
  ];
}
