// Where the reader of a mailbox stands. It is moved only through the ledger, together with what the mail led to.
import type { Reader } from "./db.ts";

export interface PositionStore {
  /** The position under the UID validity it belongs to; null before the first mail. */
  read(mailbox: string): Promise<{ uidValidity: string; lastUid: number } | null>;
}

export function positionStore(reader: Reader): PositionStore {
  return {
    async read(mailbox) {
      const sql = "select uid_validity, last_uid from mailbox_positions where mailbox = ?";
      const [row] = await reader.all<{ uid_validity: string; last_uid: number }>(sql, [mailbox]);
      return row ? { uidValidity: row.uid_validity, lastUid: row.last_uid } : null;
    },
  };
}
