// `crossdesk events`: reads the feed of a running gateway, and follows it. Each event is printed once, in order.
import { setTimeout as delay } from "node:timers/promises";
import { type Call, type CliCommand, EXIT, textOf, WrongUsage } from "./command.ts";
import { GATEWAY_OPTIONS, type Gateway, needGateway, Refused } from "./gateway.ts";

const TEXT = `
Reads the events of a running gateway in the order of the feed.

  events          prints the events after a position and ends at the head
  events tail     goes on with what happens from now on, until Ctrl-C

tail begins at the head; --after makes it begin earlier. When the connection
breaks or the gateway is started again it goes on where it was: each event is
printed once. With --json the CloudEvents are printed as they are, one a line.`;

export const events: CliCommand = {
  summary: "read the feed of events, and follow it",
  line: "events [tail] [--after N] [--type T] [--provider P] [--task K] [--json] --url URL --key KEY",
  text: TEXT,
  words: { least: 0, most: 1 },
  options: {
    after: { type: "string", value: "N", says: "begins after this position (0 is the beginning)" },
    limit: { type: "string", value: "N", says: "ends after so many events" },
    type: { type: "string", value: "T", says: "only this type, such as task.solved" },
    provider: { type: "string", value: "P", says: "only what concerns this provider" },
    task: { type: "string", value: "K", says: "only this task" },
    json: { type: "boolean", says: "prints the CloudEvents, one a line" },
    ...GATEWAY_OPTIONS,
  },
  async run(call) {
    const [word] = call.words;
    if (word !== undefined && word !== "tail") throw new WrongUsage(`events knows "tail", not "${word}".`);
    const tail = word === "tail";
    const gateway = needGateway(call);
    const given = wholeNumber(call, "after");
    const after = given ?? (tail ? (await gateway.call<Feed>("GET", "/v1/events?after=0&limit=1")).head : 0);
    await follow({ call, gateway, tail, left: wholeNumber(call, "limit") ?? Number.POSITIVE_INFINITY }, after);
    return call.signal.aborted ? EXIT.stopped : EXIT.done;
  },
};

interface CloudEvent {
  id: string;
  type: string;
  subject: string;
  time: string;
  sequence: string;
  data: {
    channel?: string;
    provider?: string | null;
    message?: { text: string } | null;
    reason?: string | null;
    task?: { number: string } | null;
  };
}

interface Feed {
  events: readonly CloudEvent[];
  next: number;
  head: number;
}

interface Reading {
  call: Call;
  gateway: Gateway;
  tail: boolean;
  /** How many more are printed. */
  left: number;
}

const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

async function follow(reading: Reading, after: number): Promise<void> {
  const { call, tail } = reading;
  let pause = PAUSE_MS;
  for (let from = after; reading.left > 0 && !call.signal.aborted; ) {
    const page = await readPage(reading, from, pause);
    if (page === null) {
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      continue;
    }
    pause = PAUSE_MS;
    from = page.next;
    for (const event of page.events) await show(reading, event);
    if (page.events.length > 0) continue;
    if (!tail) return;
    await rest(PAUSE_MS, call.signal);
  }
}

/** A page; null when the gateway is away for now and the tail waits for it. */
async function readPage({ call, gateway, tail }: Reading, from: number, pause: number): Promise<Feed | null> {
  try {
    return await gateway.call<Feed>("GET", `/v1/events?after=${from}&limit=200`);
  } catch (error) {
    if (call.signal.aborted) return null;
    const away = !(error instanceof Refused) || error.status >= 500 || error.status === 429;
    if (!tail || !away) throw error;
    call.note(`${error instanceof Error ? error.message : String(error)} Trying again.`);
    await rest(pause, call.signal);
    return null;
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => undefined);
}

async function show(reading: Reading, event: CloudEvent): Promise<void> {
  const { call } = reading;
  if (reading.left <= 0 || !wanted(call, event)) return;
  reading.left -= 1;
  if (call.values["json"] === true) return call.print(JSON.stringify(event));
  const { channel = "", provider, message, reason } = event.data;
  const said = (message?.text ?? reason ?? "").replace(/\s+/g, " ").slice(0, 100);
  const parts = [
    event.sequence,
    event.time,
    event.type.replace(/^crossdesk\./, ""),
    event.subject,
    channel,
    provider ?? "",
    said,
  ];
  return call.print(parts.filter((one) => one !== "").join("  "));
}

function wanted(call: Call, { type, data }: CloudEvent): boolean {
  const [asked, provider, task] = [textOf(call, "type"), textOf(call, "provider"), textOf(call, "task")];
  return (
    (asked === undefined || type === `crossdesk.${asked.replace(/^crossdesk\./, "")}`) &&
    (provider === undefined || data.provider === provider) &&
    (task === undefined || data.task?.number === task)
  );
}

function wholeNumber(call: Call, name: string): number | null {
  const text = textOf(call, name);
  if (text === undefined) return null;
  if (!/^\d{1,15}$/.test(text)) throw new WrongUsage(`--${name} takes a whole number, not "${text}".`);
  return Number(text);
}
