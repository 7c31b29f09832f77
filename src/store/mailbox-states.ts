// How the reading of each mailbox goes, as every process may ask: written beside the mails themselves, and never in their way.
// Also the refresh tokens that servers gave in place of those that were set up, sealed.
import { createHash } from "node:crypto";
import type { Knex } from "knex";
import type { Beside, Reader } from "./db.ts";
import { runBeside } from "./knex-clients.ts";
import type { Seal } from "./seal.ts";

/**
 * `waiting` reads what comes, `reading` has mails to handle, `failing` tries again after a pause; `given`: it is not read, its mails
 * are handed over.
 */
export type MailboxActivity = "reading" | "waiting" | "failing" | "given";

/** Times in milliseconds UTC. */
export interface MailboxState {
  mailbox: string;
  state: MailboxActivity;
  /** When somebody began to read it. */
  since: number;
  /** When it was last read to its end. */
  lookedAt: number | null;
  /** When the last mail was handled. */
  mailAt: number | null;
  /** Mails that were seen and are not handled, and when the oldest of them came. */
  waiting: number;
  waitingSince: number | null;
  /** Failures in a row. */
  failures: number;
  failedAt: number | null;
  /** What failed last, also when it goes well since. */
  failure: string | null;
}

/** How mails ended, by outcome. */
export type MailCounts = Readonly<Record<string, number>>;

export interface MailboxStates {
  read(): Promise<{ states: MailboxState[]; counts: ReadonlyMap<string, MailCounts> }>;
  /** Keeps how it goes, and adds to the counts. The time reading began stays the first. */
  write(state: MailboxState, ended: MailCounts): Promise<void>;
  /** Forgets all but these. */
  keepOnly(mailboxes: readonly string[]): Promise<void>;
  /** The refresh token that stands for the one that was set up. */
  refreshToken(mailbox: string, setUp: string): Promise<string>;
  replaceRefreshToken(mailbox: string, setUp: string, token: string): Promise<void>;
}

const FAILURE_LENGTH = 1000;
const TABLES = ["mailbox_states", "mailbox_counts", "mailbox_tokens"];

interface Parts {
  knex: Knex;
  reader: Reader;
  beside: Beside;
  /** Asked for only where there is a token. */
  seal: () => Seal;
}

export function createMailboxStates({ knex, reader, beside, seal }: Parts): MailboxStates {
  return {
    async read() {
      const rows = await reader.all<StateRow>("select * from mailbox_states order by mailbox");
      const counts = new Map<string, Record<string, number>>();
      for (const { mailbox, outcome, mails } of await reader.all<CountRow>("select * from mailbox_counts"))
        counts.set(mailbox, { ...counts.get(mailbox), [outcome]: Number(mails) });
      return { states: rows.map(stateOf), counts };
    },
    async write(state, ended) {
      const { since: _since, ...changing } = rowOf(state);
      await runBeside(beside, knex("mailbox_states").insert(rowOf(state)).onConflict("mailbox").merge(changing));
      for (const [outcome, mails] of Object.entries(ended))
        await runBeside(
          beside,
          knex("mailbox_counts")
            .insert({ mailbox: state.mailbox, outcome, mails })
            .onConflict(["mailbox", "outcome"])
            .merge({ mails: knex.raw("?? + ?", ["mailbox_counts.mails", mails]) }),
        );
    },
    async keepOnly(mailboxes) {
      for (const table of TABLES) await knex(table).whereNotIn("mailbox", mailboxes).delete();
    },
    async refreshToken(mailbox, setUp) {
      const sql = "select refresh_token from mailbox_tokens where mailbox = ? and stands_for = ?";
      const [row] = await reader.all<{ refresh_token: string }>(sql, [mailbox, digest(setUp)]);
      return row ? opened(seal(), row.refresh_token, setUp) : setUp;
    },
    async replaceRefreshToken(mailbox, setUp, token) {
      const row = { mailbox, stands_for: digest(setUp), refresh_token: seal().close(token) };
      await knex("mailbox_tokens").insert(row).onConflict("mailbox").merge();
    },
  };
}

/** Under another key than it was sealed with nothing is left but the token that was set up. */
function opened(seal: Seal, sealed: string, otherwise: string): string {
  try {
    return seal.open(sealed);
  } catch {
    return otherwise;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

type CountRow = { mailbox: string; outcome: string; mails: number };

type StateRow = {
  mailbox: string;
  state: MailboxActivity;
  since: number;
  looked_at: number | null;
  mail_at: number | null;
  waiting: number;
  waiting_since: number | null;
  failures: number;
  failed_at: number | null;
  failure: string | null;
};

function stateOf(row: StateRow): MailboxState {
  const { mailbox, state, since, waiting, failures, failure } = row;
  const [lookedAt, mailAt, waitingSince, failedAt] = [row.looked_at, row.mail_at, row.waiting_since, row.failed_at];
  return { mailbox, state, since, lookedAt, mailAt, waiting, waitingSince, failures, failedAt, failure };
}

function rowOf({ lookedAt, mailAt, waitingSince, failedAt, failure, ...same }: MailboxState): StateRow {
  return {
    ...{ ...same, failure: failure?.slice(0, FAILURE_LENGTH) ?? null },
    ...{ looked_at: lookedAt, mail_at: mailAt, waiting_since: waitingSince, failed_at: failedAt },
  };
}
