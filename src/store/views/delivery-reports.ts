// What mail servers said of the mails of deliveries afterwards. Read-only.
import type { ReportAction } from "../../core/mail-effects.ts";
import type { Reader as Source } from "../db.ts";

/** What a mail server said of the mail of a delivery, for one recipient. */
export interface ReportView {
  at: number;
  mailbox: string;
  action: ReportAction;
  status: string | null;
  recipient: string | null;
  diagnostic: string | null;
}

/** The reports on a delivery. */
export interface ReportsView {
  /** Those that are kept, newest first: of very many the first and the last. */
  reports: readonly ReportView[];
  /** How many came. */
  reportCount: number;
}

const MOST_REPORTS = 50;

/** What was reported on a delivery. */
export async function reportsOn(source: Source, delivery: number): Promise<ReportsView> {
  const rows = await source.all<ReportView & { number: number }>(
    `select at, mailbox, action, status, recipient, diagnostic, number from delivery_reports where delivery_id = ?
     order by id desc limit ${MOST_REPORTS}`,
    [delivery],
  );
  const reportCount = Math.max(rows.length, ...rows.map(({ number }) => number));
  return { reports: rows.map(({ number: _number, ...report }) => report), reportCount };
}
