// How long the largest mails hold the event loop of a real gateway, from their delivery to the mailbox to their end.
import { randomBytes } from "node:crypto";
import { file, mimeMail, multipart, text } from "../test/helpers/mime-mail.ts";
import { mailBytes } from "../test/helpers/story.ts";
import { FROM, type Post, TASKS, withPost } from "./mail-post.ts";

/** What no mail should be over. */
export const HOLD_GOAL_MS = 50;
/** In base64 just below the 25 MiB that are read. */
const FILE_BYTES = 19_000_000;
/** As many as a mailbox takes of one mail. A task has no room for those of many rounds. */
const FILES = 20;
const TEXT_BYTES = 26_000_000;

export interface HoldMeasured {
  name: string;
  bytes: number;
  /** How the mail must end, and what else it ended as. */
  expected: string;
  others: string[];
  endMs: number;
  /** The longest time the event loop was held: the least and the most of the rounds. Other work on the machine only adds to it. */
  heldMs: number;
  mostHeldMs: number;
}

interface Kind {
  name: string;
  expected: string;
  make(serial: string, round: number): Buffer;
}

const headerOf = (serial: string, task = "TSK-1"): string[] => [
  `From: ${FROM}`,
  "To: desk@crossdesk.example",
  `Message-ID: <${serial}@acme.example>`,
  `Subject: TicketId: ${task}`,
];

const LINE = "The engineer has looked at the line and measured it again.\r\n";

const KINDS: readonly Kind[] = [
  {
    name: "(a few bytes, for comparison)",
    expected: "done",
    make: (serial) => mailBytes({ type: "update_message", task: "TSK-1", message: serial }, FROM, `${serial}@acme.example`),
  },
  {
    name: "a file in base64",
    expected: "done",
    make: (serial) => {
      const parts = [text(`Here is the trace ${serial}.`), file("trace.bin", randomBytes(FILE_BYTES))];
      return mimeMail(multipart("mixed", ...parts), headerOf(serial));
    },
  },
  {
    name: "20 files in base64",
    expected: "done",
    make: (serial, round) => {
      const files = Array.from({ length: FILES }, (_, index) => file(`trace-${index}.bin`, randomBytes(FILE_BYTES / FILES)));
      return mimeMail(
        multipart("mixed", text(`Here are the traces ${serial}.`), ...files),
        headerOf(serial, `TSK-${2 + (round % (TASKS - 1))}`),
      );
    },
  },
  {
    // Set aside whole, as a mail of somebody who is known.
    name: "a file on a task that is none",
    expected: "unknown_task",
    make: (serial) => {
      const parts = [text(`Here is the trace ${serial}.`), file("trace.bin", randomBytes(FILE_BYTES))];
      return mimeMail(multipart("mixed", ...parts), headerOf(serial, "TSK-none"));
    },
  },
  {
    // So much text is for a person to look at; it is read to its end all the same.
    name: "all text",
    expected: "too_large",
    make: (serial) => {
      const content = LINE.repeat(Math.floor(TEXT_BYTES / LINE.length));
      return mimeMail({ ...text(content), encoding: "8bit" }, headerOf(serial));
    },
  },
];

/** Delivers each kind so many times, after a round that compiles the code. */
export async function measureHold(folder: string, rounds: number): Promise<HoldMeasured[]> {
  return withPost(folder, "mail-hold", async (post) => {
    const measured: One[][] = [];
    for (let round = 0; round <= rounds; round++) {
      const row: One[] = [];
      for (const [index, kind] of KINDS.entries()) row.push(await measureOne(post, kind.make(`hold-${round}-${index}`, round)));
      if (round > 0) measured.push(row);
    }
    return KINDS.map((kind, index) =>
      together(
        kind,
        measured.flatMap((row) => row[index] ?? []),
      ),
    );
  });
}

interface One {
  bytes: number;
  outcome: string;
  endMs: number;
  heldMs: number;
}

async function measureOne({ deliver, watch }: Post, raw: Buffer): Promise<One> {
  await watch.longestHeld();
  const begun = performance.now();
  const { outcome, bytes, at } = await deliver(raw);
  const heldMs = await watch.longestHeld();
  // Another size is another mail, or one that was cut.
  const ended = bytes === raw.length ? outcome : `${outcome} of ${bytes} bytes`;
  return { bytes: raw.length, outcome: ended, endMs: at - begun, heldMs };
}

function together({ name, expected }: Kind, all: readonly One[]): HoldMeasured {
  const held = all.map((one) => one.heldMs);
  return {
    name,
    expected,
    bytes: all[0]?.bytes ?? 0,
    others: all.map((one) => one.outcome).filter((outcome) => outcome !== expected),
    endMs: Math.min(...all.map((one) => one.endMs)),
    heldMs: Math.min(...held),
    mostHeldMs: Math.max(...held),
  };
}

/** The table as text. */
export function holdTable(rows: readonly HoldMeasured[]): string {
  const lines = rows.map(({ name, bytes, endMs, heldMs, mostHeldMs }) => [
    name.padEnd(36),
    String(bytes).padStart(9),
    endMs.toFixed(1).padStart(9),
    heldMs.toFixed(1).padStart(8),
    mostHeldMs.toFixed(1).padStart(8),
    heldMs > HOLD_GOAL_MS ? "  over the goal" : "",
  ]);
  const head = ["large mail".padEnd(36), "bytes".padStart(9), "end ms".padStart(9), " held ms", " most ms"];
  return [head, ...lines].map((cells) => cells.join(" ").trimEnd()).join("\n");
}
