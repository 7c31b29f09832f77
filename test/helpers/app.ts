// A gateway for tests: the real app on a free port, with a site of two providers and keys for everybody.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, createApp } from "../../src/app.ts";
import type { CreateTask } from "../../src/core/commands/create-task.ts";
import type { Caller, Door } from "../../src/core/ports.ts";
import { createLog } from "../../src/lib/log.ts";
import { readSettings } from "../../src/settings.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import type { Views } from "../../src/store/views/types.ts";
import { TEST_SITE } from "./test-site.ts";

export interface StartOptions {
  /** A DATABASE_URL; without it a fresh SQLite file in a temp folder. */
  databaseUrl?: string;
  /** More environment, by name. */
  env?: Record<string, string>;
  /** Applied after `TEST_SITE`. */
  site?: SiteDocument;
  clock?: () => number;
  /** Gets every log line, parsed. */
  onLog?(line: Record<string, unknown>): void;
}

export interface TestApp {
  url: string;
  door: Door;
  views: Views;
  app: App;
  /** API keys. */
  keys: { admin: string; ticketing: string; acme: string; globex: string };
  basic: { acme: { user: string; password: string } };
  callers: { ticketing: Caller; acme: Caller; globex: Caller };
  /** Opens a ticket and a task on it and gives the task's number. */
  createTask(options?: { number?: string; group?: string; subject?: string }): Promise<string>;
  close(): Promise<void>;
}

export async function startApp(options: StartOptions = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), "crossdesk-test-"));
  const databaseUrl = options.databaseUrl ?? `sqlite:${join(folder, "crossdesk.db")}`;
  const env = {
    PORT: "0",
    CROSSDESK_LOG_LEVEL: options.onLog ? "debug" : "error",
    CROSSDESK_SECRET_KEY: SECRET,
    ...options.env,
    DATABASE_URL: databaseUrl,
  };
  const said: string[] = [];
  const app = await createApp({
    settings: readSettings(env),
    log: createLog(options.onLog ? "debug" : "error", (line) =>
      options.onLog ? options.onLog(JSON.parse(line)) : process.stderr.write(`${line}\n`),
    ),
    say: (text) => void said.push(text),
    onDeath: (error) => {
      throw error;
    },
    ...(options.clock ? { clock: options.clock } : {}),
  });
  const changes = [...(await app.store.admin.apply(TEST_SITE)), ...(await app.store.admin.apply(options.site ?? {}))];
  const secret = (id: string): string => changes.find((one) => one.kind === "credentials" && one.name === id)?.secret ?? "";
  const admin = /cdk_\S+/.exec(said.join("\n"))?.[0] ?? "";
  return {
    url: app.url,
    door: app.door,
    views: app.views,
    app,
    keys: { admin, ticketing: secret("ticketing"), acme: secret("acme"), globex: secret("globex") },
    basic: { acme: { user: "acme", password: "correct horse" } },
    callers: CALLERS,
    createTask: (task) => createTask(app.door, task),
    async close() {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const SECRET = Buffer.alloc(32, 7).toString("base64");

export const CALLERS: TestApp["callers"] = {
  ticketing: { kind: "ticketing", credential: "ticketing" },
  acme: { kind: "provider", provider: "acme", credential: "acme" },
  globex: { kind: "provider", provider: "globex", credential: "globex" },
};

/** Opens a ticket and a task on it through the door and gives the task's number. */
export async function createTask(
  door: Door,
  { number, group = "acme-field", subject = "A task" }: { number?: string; group?: string; subject?: string } = {},
): Promise<string> {
  const opened = await door.execute({
    caller: CALLERS.ticketing,
    channel: "rest",
    commands: [{ type: "create_ticket", fields: { subject: "A ticket" } }],
  });
  if (opened.status !== "done") throw new Error(`no ticket: ${opened.refusal.code}`);
  const command: CreateTask = {
    type: "create_task",
    ticket: opened.results[0]?.ticket ?? "",
    number: number ?? null,
    group,
    fields: { subject },
  };
  const made = await door.execute({ caller: CALLERS.ticketing, channel: "rest", commands: [command] });
  if (made.status !== "done") throw new Error(`no task: ${made.refusal.code}`);
  return made.results[0]?.task ?? "";
}
