// Gateways side by side, one for each channel, that are told the same story: what ticketing reads must be the same.
import assert from "node:assert/strict";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { startApp, type TestApp } from "./app.ts";
import type { TestDovecot } from "./dovecot.ts";
import {
  type DeskCommand,
  mailboxDocument,
  mailBytes,
  type ProviderCommand,
  type Told,
  tellByMail,
  tellByRest,
  tellBySoap,
} from "./story.ts";
import { type Done, LATE_GROUP, type Said, type Script } from "./story-scripts.ts";

const MAILBOX = "desk";
const FROM = "noc@acme.example";
const SITE: SiteDocument = {
  groups: [{ name: LATE_GROUP, provider: "acme", returnGroup: "service-desk", late: "keep" }],
  mailboxes: [{ name: MAILBOX, trust: { kind: "sender" } }],
};

/** A gateway whose provider speaks in one way; the same `once` marks the same message. */
export interface Side {
  name: "soap" | "rest" | "email" | "mailbox";
  app: TestApp;
  tell(command: ProviderCommand, once: string): Promise<Told>;
}

type OpenSide = (clock: () => number) => Promise<Side>;

/** A gateway called by SOAP; what that contract cannot say goes by REST. */
export const soapSide: OpenSide = async (clock) => {
  const app = await startApp({ site: SITE, clock });
  const line = { url: app.url, key: app.keys.acme };
  const isReturn = (command: ProviderCommand) => command.type === "reassignment" && command.outcome === "returned";
  return {
    name: "soap",
    app,
    tell: (command, once) => (isReturn(command) ? tellByRest(line, command, once) : tellBySoap(line, command)),
  };
};

export const restSide: OpenSide = async (clock) => {
  const app = await startApp({ site: SITE, clock });
  return { name: "rest", app, tell: (command, once) => tellByRest({ url: app.url, key: app.keys.acme }, command, once) };
};

/** Mails handed to the receiver over HTTP. */
export const emailSide: OpenSide = async (clock) => {
  const app = await startApp({ site: SITE, clock });
  const line = { url: app.url, key: app.keys.admin, mailbox: MAILBOX, from: FROM };
  return { name: "email", app, tell: (command, once) => tellByMail(line, command, `${once}@acme.example`) };
};

/** Mails put into a real mailbox that the gateway reads; each is waited for by its log line. */
export function mailboxSide(dovecot: TestDovecot): OpenSide {
  return async (clock) => {
    let heard: (line: Record<string, unknown>) => void = () => undefined;
    const onLog = (line: Record<string, unknown>): void => {
      if (line["event"] === "message.answered" && line["channel"] === "email") heard(line);
    };
    const app = await startApp({ site: { ...SITE, mailboxes: [mailboxDocument(dovecot)] }, clock, onLog });
    const tell: Side["tell"] = async (command, once) => {
      const line = new Promise<Record<string, unknown>>((resolve) => (heard = resolve));
      await dovecot.append(mailBytes(command, FROM, `${once}@acme.example`));
      const { outcome, event = null, status } = await line;
      return {
        status: status as number,
        code: outcome === "repeated" ? "done" : String(outcome),
        event: event as string | null,
        text: "",
      };
    };
    return { name: "mailbox", app, tell };
  };
}

export interface Stage {
  sides: readonly Side[];
  /** Plays a story on a fresh task of every side and compares all that can be read; gives the number of events. */
  play(script: Script): Promise<number>;
  close(): Promise<void>;
}

/** Starts the sides. They share one clock, which stands still within a step. */
export async function openStage(...open: readonly OpenSide[]): Promise<Stage> {
  const clock = { now: Date.UTC(2026, 10, 2, 8) };
  const sides = await Promise.all(open.map((one) => one(() => clock.now)));
  let run = 0;
  return {
    sides,
    async play(script) {
      const task = `K-${++run}`;
      for (const { app } of sides) await app.createTask({ number: task, group: script.group });
      const played: Played = { task, reference: null };
      for (const [index, step] of script.steps.entries()) {
        clock.now += 1000;
        if (step.by === "desk") await act(sides, step, played);
        else played.reference = await say(sides, step, { ...played, index });
      }
      return compareStreams(sides, task);
    },
    async close() {
      for (const { app } of sides) await app.close();
    },
  };
}

interface Played {
  task: string;
  /** The provider's reference as the gateway has it. */
  reference: string | null;
}

/** One step of the provider on every side. Gives the reference known after it. */
async function say(
  sides: readonly Side[],
  step: Said,
  { task, reference, index }: Played & { index: number },
): Promise<string | null> {
  const fresh = step.newReference ? `INC-${task}-${index}` : null;
  const given = fresh ?? (step.byReference ? reference : null);
  const command = providerCommand(step, { task, reference: given, index });
  // The paths of REST need the number.
  const nameless = fresh === null && given !== null && step.say !== "return";
  const told = await Promise.all(
    sides.map(async ({ name, tell }) => {
      const named = nameless && name !== "rest" ? { ...command, task: undefined } : command;
      const first = await tell(named, `${task}-${index}`);
      if (step.twice) assertSameAnswer(name, first, await tell(named, `${task}-${index}`));
      return { name, code: first.code };
    }),
  );
  assertSameCode(told, step);
  // A message that came too late brings no reference.
  const taken = given !== null && told[0]?.code === "done" && !(await lastWasLate(sides[0]?.app, task));
  return taken ? given : reference;
}

async function lastWasLate(app: TestApp | undefined, task: string): Promise<boolean | undefined> {
  const page = await app?.views.taskEvents(task, 0, 200, { kind: "desk" });
  return page?.items.at(-1)?.late;
}

function providerCommand({ say, text }: Said, { task, reference, index }: Played & { index: number }): ProviderCommand {
  // The place in the story makes each text another, so that only what is meant as a repeat is one.
  const words = `${index}: ${text}`.trim();
  const named = { task, reference };
  if (say === "acknowledge") return { type: "acknowledge", ...named, message: words };
  if (say === "update") return { type: "update_message", ...named, message: words };
  if (say === "return") return { type: "reassignment", ...named, outcome: "returned", reason: words };
  const resolvedAt = Date.UTC(2026, 10, 1, 12, index);
  return { type: "reassignment", ...named, outcome: say === "solve" ? "solved" : "closed", solution: words, resolvedAt };
}

function assertSameAnswer(name: Side["name"], first: Told, second: Told): void {
  const [one, other] = [first, second].map(({ status, code, event }) => ({ status, code, event }));
  assert.deepEqual(other, one, `${name}: sent twice`);
  // The receiver of mails tells that it is a repeat.
  if (name !== "email" && first.code === "done") assert.equal(second.text, first.text, `${name}: sent twice`);
}

function assertSameCode(told: readonly { name: string; code: string }[], step: Said | Done): void {
  const codes = new Set(told.map((one) => one.code));
  const answers = told.map(({ name, code }) => `${name} ${code}`);
  assert.equal(codes.size, 1, `${JSON.stringify(step)} was answered ${answers.join(", ")}`);
}

async function act(sides: readonly Side[], step: Done, { task }: Played): Promise<void> {
  const command = deskCommand(step, task);
  const told = await Promise.all(
    sides.map(async ({ name, app }) => {
      const { code } = await tellByRest({ url: app.url, key: app.keys.ticketing }, command);
      return { name, code };
    }),
  );
  assertSameCode(told, step);
}

function deskCommand({ act, group, text }: Done, task: string): DeskCommand {
  const words = `The desk: ${text}`.trim();
  if (act === "decline") return { type: "decline_solution", task, reason: words };
  if (act === "assign") return { type: "assign_task", task, group };
  if (act === "close") return { type: "close_task", task, reason: words };
  return { type: "add_message", task, text: words, visibility: act === "note" ? "internal" : "provider" };
}

/** Compares everything but ids, positions and channel of the task's events, and the task at the end. */
export async function compareStreams(sides: readonly Side[], task: string): Promise<number> {
  const [first, ...others] = await Promise.all(sides.map(({ app }) => streamOf(app, task)));
  for (const [index, other] of others.entries())
    assert.deepEqual(other, first, `${sides[0]?.name} and ${sides[index + 1]?.name}`);
  return first?.events.length ?? 0;
}

interface Stream {
  task: unknown;
  events: unknown[];
}

async function streamOf({ url, keys }: TestApp, task: string): Promise<Stream> {
  const headers = { "x-api-key": keys.ticketing };
  const read = async (path: string): Promise<unknown> => (await fetch(url + path, { headers })).json();
  const { events, next } = (await read(`/v1/tasks/${task}/events?limit=200`)) as { events: unknown[]; next: unknown };
  assert.equal(next, null, "the whole stream was read");
  return { task: await read(`/v1/tasks/${task}`), events: events.map(withoutIdentity) };
}

function withoutIdentity(event: unknown): unknown {
  const { id, sequence, data, ...rest } = event as { id: string; sequence: string; data: Record<string, unknown> };
  const { channel, process, ...facts } = data;
  return { ...rest, data: { ...facts, process: process && (process as { name: string | null }).name } };
}
