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

const MOST_REPORTS = 50;

/** The newest reports on a delivery, newest first. */
export function reportsOn(source: Source, delivery: number): Promise<ReportView[]> {
  return source.all<ReportView>(
    `select at, mailbox, action, status, recipient, diagnostic from delivery_reports where delivery_id = ?
     order by id desc limit ${MOST_REPORTS}`,
    [delivery],
  );
}
