// Read-only queries of what alerts are decided on: queues, unanswered Submit Requests, providers heard. Every query is bounded, and
// reads what it reads by key or index; the tables of Systems, providers and raised alerts are small.
import type { AlertSubject, Direction } from "../../core/events.ts";
import type { HeardProvider } from "../../core/ports.ts";
import type { Task, TaskStatus } from "../../core/task.ts";
import type { Reader as Source } from "../db.ts";
import type { AlertFilter, AlertView, Page } from "./types.ts";

/** A task as far as it tells whether a reference is awaited; null when it is gone. */
export type WaitingTask = Pick<Task, "status" | "provider" | "references">;

/** An alert that is raised. */
export interface RaisedAlert extends AlertSubject {
  name: string;
  since: number;
  /** The task as it is now. */
  present: WaitingTask | null;
}

/** The queue of one System. Counts end at the bound they were asked with. */
export interface QueueFacts {
  system: string;
  open: number;
  /** Dead letters that nobody has acknowledged. */
  dead: number;
  /** When the oldest delivery that waits for its turn was made, milliseconds UTC; null when none waits. */
  oldestAt: number | null;
}

/** A Submit Request whose task is still with the provider it went to. */
export interface AskedTask {
  position: number;
  number: string;
  /** The provider that was asked. */
  asked: string;
  at: number;
  present: WaitingTask;
}

/** Something a provider said, or was newly asked. */
export interface ProviderSignal {
  provider: string;
  direction: Direction;
  at: number;
}

/** How the reading of a mailbox goes, as far as it is warned of; times in milliseconds UTC. */
export interface MailboxFacts {
  mailbox: string;
  since: number;
  lookedAt: number | null;
  mailAt: number | null;
  /** What went wrong last, while it does not work; null when it does. */
  failure: string | null;
}

/** How far events were looked at, and the head. */
export interface AlertProgress {
  asked: number;
  heard: number;
  head: number;
}

export interface AlertViews {
  /** Raised alerts, at most `limit`. */
  raised(limit: number): Promise<RaisedAlert[]>;
  /** Queues of all Systems; counting ends at these bounds. */
  queues(most: { open: number; dead: number }): Promise<QueueFacts[]>;
  progress(): Promise<AlertProgress>;
  /** Submit Requests of the next events that happened until then, and the last position looked at. */
  asked(after: number, head: number, until: number): Promise<{ last: number; tasks: AskedTask[] }>;
  /** What providers said, and were newly asked, in the next events, in order; and the last position looked at. */
  signals(after: number, head: number): Promise<{ last: number; signals: ProviderSignal[] }>;
  heard(): Promise<HeardProvider[]>;
  /** Mailboxes that somebody has begun to read. */
  mailboxes(): Promise<MailboxFacts[]>;
  /** Whether one of the provider's newest tasks waits for it: open, and not solved. */
  hasWork(provider: string): Promise<boolean>;
}

/** So many events are looked at in one query. */
const WINDOW = 5000;
/** So many of the deliveries that wait, those longest due first, are asked for the oldest. Those that wait longer than others are due earlier. */
const WAITING_SAMPLE = 5000;
/** A provider whose newest tasks are all done is idle, not silent: looking at every task it ever had would take ever longer. */
const NEWEST_TASKS = 1000;

const RAISED = `select a.name, a.kind, a.system_name, a.provider, a.since, t.number, t.status, t.provider as holder, t.past
from alerts a left join tasks t on t.id = a.task_id order by a.name limit ?`;

// The position of the event that raised it is what an alert is known by, and gives the order in which they were raised.
const LISTED = `select a.name, a.kind, a.system_name, a.provider, a.since, a.says, a.position, t.number
from alerts a left join tasks t on t.id = a.task_id where a.position < ? order by a.position desc limit ?`;

const OPEN = "select count(*) as n from (select id from deliveries where system_name = ? and is_open = 1 limit ?) counted";
const DEAD = "select count(*) as n from (select id from deliveries where system_name = ? and state = 'rejected' limit ?) counted";
// Ids are given in order, so that the lowest is the oldest.
const OLDEST = `select created_at from deliveries where id = (select min(id) from
  (select id from deliveries where system_name = ? and state = 'ready' order by due_at limit ${WAITING_SAMPLE}) waiting)`;

const FIRST_YOUNG = "select position from events where position > ? and position <= ? and at > ? order by position limit 1";

const ASKED = `select e.position, e.provider as asked, e.at, t.number, t.status, t.provider as holder, t.past
from (select position, provider, at, task_id from events
  where position > ? and position <= ? and request_type = 'Submit Request' and direction = 'Out' and channel <> 'import') e
join tasks t on t.id = e.task_id where t.provider = e.provider order by e.position`;

const SIGNALS = `select provider, direction, at from events where position > ? and position <= ? and provider is not null and channel <> 'import'
  and (direction = 'In' or (direction = 'Out' and request_type = 'Submit Request')) order by position`;

const WORK = `select status from (select status from tasks where provider = ? order by id desc limit ${NEWEST_TASKS}) newest
where status in ('assigned', 'acknowledged') limit 1`;

const MAILBOXES = `select mailbox, since, looked_at as lookedAt, mail_at as mailAt,
  case when state = 'failing' then failure end as failure from mailbox_states where state <> 'given'`;

interface TaskColumns {
  number: string;
  status: TaskStatus;
  holder: string | null;
  past: string;
}

type RaisedRow = Pick<AlertSubject, "kind" | "provider"> & { name: string; system_name: string | null; since: number } & (
    | TaskColumns
    | { [column in keyof TaskColumns]: null }
  );

export function createAlertViews(source: Source): AlertViews {
  const count = async (sql: string, system: string, most: number): Promise<number> =>
    (await source.all<{ n: number }>(sql, [system, most]))[0]?.n ?? 0;
  return {
    raised: async (limit) => (await source.all<RaisedRow>(RAISED, [limit])).map(raisedAlert),
    async queues(most) {
      const rows = await source.all<{ system_name: string }>("select system_name from delivery_queues order by system_name");
      const facts: QueueFacts[] = [];
      for (const { system_name: system } of rows) {
        const [oldest] = await source.all<{ created_at: number }>(OLDEST, [system]);
        const [open, dead] = [await count(OPEN, system, most.open), await count(DEAD, system, most.dead)];
        facts.push({ system, open, dead, oldestAt: oldest?.created_at ?? null });
      }
      return facts;
    },
    async progress() {
      const sql = "select name, value from meta where name in ('alerts_asked', 'alerts_heard', 'position')";
      const rows = await source.all<{ name: string; value: number }>(sql);
      const counter = (name: string): number => rows.find((row) => row.name === name)?.value ?? 0;
      return { asked: counter("alerts_asked"), heard: counter("alerts_heard"), head: counter("position") };
    },
    async asked(after, head, until) {
      const end = Math.min(head, after + WINDOW);
      const [young] = await source.all<{ position: number }>(FIRST_YOUNG, [after, end, until]);
      const last = young ? young.position - 1 : end;
      const rows = last > after ? await source.all<TaskColumns & Omit<AskedTask, "present">>(ASKED, [after, last]) : [];
      return { last, tasks: rows.map(askedTask) };
    },
    async signals(after, head) {
      const last = Math.min(head, after + WINDOW);
      return { last, signals: await source.all<ProviderSignal & Record<string, never>>(SIGNALS, [after, last]) };
    },
    async heard() {
      const rows = await source.all<{ provider: string; heard_at: number | null; asked_at: number | null }>(
        "select provider, heard_at, asked_at from provider_heard",
      );
      return rows.map((row) => ({ provider: row.provider, heardAt: row.heard_at, askedAt: row.asked_at }));
    },
    mailboxes: () => source.all<MailboxFacts & Record<string, never>>(MAILBOXES),
    hasWork: async (provider) => (await source.all(WORK, [provider])).length > 0,
  };
}

type ListedRow = Pick<RaisedRow, "name" | "kind" | "provider" | "system_name" | "since"> &
  Pick<AlertView, "says" | "position"> & { number: string | null };

/** Alerts that are raised, those raised last first. */
export async function listAlerts(source: Source, { after, limit }: AlertFilter): Promise<Page<AlertView>> {
  const rows = await source.all<ListedRow>(LISTED, [Number(after ?? Number.MAX_SAFE_INTEGER), limit + 1]);
  const items = rows.slice(0, limit).map((row): AlertView => {
    const { name, kind, system_name: system, provider, since, says, position } = row;
    return { name, kind, system, provider, task: row.number ?? taskInName(row), ...mailboxInName(row), since, says, position };
  });
  return { items, next: rows.length > limit ? String(items.at(-1)?.position) : null };
}

function raisedAlert(row: RaisedRow): RaisedAlert {
  const { name, kind, system_name: system, provider, since } = row;
  const task = row.number ?? taskInName(row);
  return {
    name,
    kind,
    system,
    provider,
    task,
    ...mailboxInName(row),
    since,
    present: row.number === null ? null : waitingTask(row),
  };
}

/** The task is gone, but the alert must be cleared under the name it was raised with. */
function taskInName({ kind, name, provider }: Pick<RaisedRow, "kind" | "name" | "provider">): string | null {
  return kind === "no_reference" ? name.slice(kind.length + 1, -(provider?.length ?? 0) - 1) : null;
}

function mailboxInName({ kind, name }: Pick<RaisedRow, "kind" | "name">): { mailbox?: string } {
  return kind.startsWith("mailbox_") ? { mailbox: name.slice(kind.length + 1) } : {};
}

function askedTask(row: TaskColumns & Omit<AskedTask, "present">): AskedTask {
  const { position, number, asked, at } = row;
  return { position, number, asked, at, present: waitingTask(row) };
}

function waitingTask({ status, holder, past }: TaskColumns): WaitingTask {
  return { status, provider: holder, references: (JSON.parse(past) as { references: Record<string, string> }).references };
}
