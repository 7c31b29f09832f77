// What mails lead to beside their events, as rows: what is spent of budgets, answers that wait to be sent, and reports on deliveries.
import type { MailAnswer, MailEffects, MailProof, RecipientReport, ReportOnDelivery } from "../core/mail-effects.ts";
import type { SideWrite, Unit } from "../core/ports.ts";
import { drawId } from "../lib/ids.ts";
import { spend, type Spent } from "../lib/mail-budget.ts";
import type { SelectShape, Session, Shape, UpsertShape, Value } from "./db.ts";

const BUDGETS: UpsertShape = {
  table: "mail_budgets",
  key: ["id"],
  columns: ["id", "amount", "until"],
  change: ["amount", "until"],
};
const BUDGETS_BY_ID: SelectShape = { ...BUDGETS, by: ["id"] };
const ANSWERS: Shape = {
  table: "mail_answers",
  columns: [
    ...["id", "mailbox", "kind", "recipient", "letter", "state", "due_at", "tries", "code", "note", "created_at"],
    "updated_at",
  ],
};
const REPORTS: Shape = {
  table: "delivery_reports",
  columns: ["id", "delivery_id", "mailbox", "at", "action", "status", "recipient", "diagnostic", "number"],
};

/** Of the reports on a delivery the first and the last are kept. */
const FIRST_REPORTS = 10;
const LAST_REPORTS = 10;
const BETWEEN = "delete from delivery_reports where delivery_id = ? and number > ? and number <= ?";

/** A delivery that was done and came back is a dead letter like others, but holds nobody back: what stood behind it is through. */
const BOUNCED = `update deliveries set state = 'rejected', is_open = 0, code = 'bounced', note = ?, due_at = ?, updated_at = ?
  where id = ? and state = 'done'`;

/** The effects of the mails of a batch. */
export interface Effects {
  /** Takes those of a mail that is no repeat. */
  take(side: SideWrite | undefined, at: number): void;
  write(session: Session): Promise<void>;
}

const NOTHING: Effects = { take: () => undefined, write: async () => undefined };

function effectsIn(side: SideWrite | undefined): MailEffects | undefined {
  return side?.kind === "mailbox" || side?.kind === "quarantine" ? side.effects : undefined;
}

/** Nothing is asked of the database when no unit is a mail. */
export async function readEffects(session: Session, units: readonly Unit[]): Promise<Effects> {
  const all = units.flatMap(({ side }) => effectsIn(side) ?? []);
  if (all.length === 0) return NOTHING;
  const budgets = await readBudgets(session, all);
  const deliveries = await readDeliveries(session, all);
  const spent = new Map<string, Spent>();
  const answers: Value[][] = [];
  const reports = new Map<DeliveryRow, Value[][]>();
  const bounced: Value[][] = [];
  return {
    take(side, at) {
      const { budgets: from = [], answer, report } = effectsIn(side) ?? {};
      for (const { id, rule } of from) spent.set(id, spend(spent.get(id) ?? budgets.get(id) ?? null, rule, at));
      if (answer) answers.push(answerRow(answer, at));
      const found = report && deliveries.get(report.delivery);
      if (!report || !found || !report.proofs.some((proof) => isOf(proof, found))) return;
      const delivery = found.id;
      reports.set(found, [...(reports.get(found) ?? []), ...reportRows(found, report, at)]);
      const failed = report.recipients.filter((one) => one.action === "failed");
      if (failed.length > 0) bounced.push([noteOf(failed), at, at, delivery]);
    },
    async write(session) {
      await session.upsert(
        BUDGETS,
        [...spent].map(([id, { count, until }]) => [id, count, until]),
      );
      if (answers.length > 0) await session.insert(ANSWERS, answers);
      for (const [delivery, rows] of reports) await writeReports(session, delivery, rows);
      for (const values of bounced) await session.run(BOUNCED, values);
    },
  };
}

async function readBudgets(session: Session, all: readonly MailEffects[]): Promise<Map<string, Spent>> {
  const ids = [...new Set(all.flatMap(({ budgets = [] }) => budgets.map(({ id }) => id)))].sort();
  const rows = await session.select<{ id: string; amount: number; until: number }>(
    BUDGETS_BY_ID,
    ids.map((id) => [id]),
    "lock",
  );
  return new Map(rows.map(({ id, amount, until }) => [id, { count: amount, until }]));
}

/** A delivery that is reported on. */
interface DeliveryRow {
  id: number;
  delivery_key: string;
  system_name: string;
  event: string | null;
  task: string | null;
  /** How many reports on it came. */
  reports: number;
}

async function readDeliveries(session: Session, all: readonly MailEffects[]): Promise<Map<string, DeliveryRow>> {
  const keys = [...new Set(all.flatMap(({ report }) => report?.delivery ?? []))].sort();
  if (keys.length === 0) return new Map();
  const rows = await session.all<DeliveryRow>(
    `select d.id, d.delivery_key, d.system_name, e.id as event, t.number as task,
       (select max(r.number) from delivery_reports r where r.delivery_id = d.id) as reports from deliveries d
     left join events e on e.position = d.position left join tasks t on t.id = d.subject
     where d.delivery_key in (${keys.map(() => "?").join(", ")})`,
    keys,
  );
  return new Map(rows.map((row) => [row.delivery_key, { ...row, reports: Number(row.reports ?? 0) }]));
}

/** Who had another mail of ours knows nothing of this one. */
function isOf(proof: MailProof, { event, system_name: system, task }: DeliveryRow): boolean {
  return "event" in proof ? proof.event === event : proof.system === system && proof.task === task;
}

function answerRow({ id, mailbox, kind, recipient, letter }: MailAnswer, at: number): Value[] {
  return [id, mailbox, kind, recipient, JSON.stringify(letter), "ready", at, 0, null, null, at, at];
}

const cut = (text: string | null, most: number): string | null => text?.slice(0, most) ?? null;

/** Counts them: each row ends with the number of its report. */
function reportRows(delivery: DeliveryRow, { mailbox, recipients }: ReportOnDelivery, at: number): Value[][] {
  return recipients.map(({ recipient, action, status, diagnostic }) => [
    ...[drawId(), delivery.id, mailbox, at, action, cut(status, 16), cut(recipient, 320), cut(diagnostic, 1000)],
    ++delivery.reports,
  ]);
}

/** A mail server, or who plays one, may report on a delivery without end. */
async function writeReports(session: Session, { id, reports }: DeliveryRow, rows: readonly Value[][]): Promise<void> {
  const last = reports - LAST_REPORTS;
  const isKept = (number: number): boolean => number <= FIRST_REPORTS || number > last;
  const kept = rows.filter((row) => isKept(Number(row.at(-1))));
  if (kept.length > 0) await session.insert(REPORTS, kept);
  if (last > FIRST_REPORTS) await session.run(BETWEEN, [id, FIRST_REPORTS, last]);
}

/** Why, in one line for an operator. */
function noteOf(failed: readonly RecipientReport[]): string {
  const says = failed.map(({ recipient, status, diagnostic }) =>
    [recipient ?? "a recipient", diagnostic ?? status ?? "no reason was given"].join(": "),
  );
  return `The mail came back. ${says.join("; ")}`.slice(0, 1000);
}
