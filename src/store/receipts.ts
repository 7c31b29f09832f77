// Explicit duplicate keys and the answers they were given.
import type { CommandResult, DuplicateKey, Unit } from "../core/ports.ts";
import type { SelectShape, Session, UpsertShape, Value } from "./db.ts";

interface Receipt {
  key: DuplicateKey;
  payload: string;
  results: readonly CommandResult[];
  expiresAt: number;
  /** `expired` rows are overwritten, not added. */
  state: "stored" | "expired" | "new" | "renewed";
}

export interface Receipts {
  /** The receipt of a key that is still remembered at `at`. */
  find(key: DuplicateKey, at: number): Receipt | undefined;
  put(id: string, receipt: Receipt): void;
  rows(state: "new" | "renewed"): Value[][];
}

export const receiptId = ({ scope, key }: DuplicateKey): string => `${scope}\n${key}`;

interface ReceiptRow {
  scope: string;
  receipt_key: string;
  payload: string;
  outcome: string;
  expires_at: number;
}

const KEY = ["scope", "receipt_key"];
const CONTENT = ["payload", "outcome", "expires_at"];

export const RECEIPT_SHAPE: UpsertShape = { table: "receipts", key: KEY, columns: [...KEY, ...CONTENT], change: CONTENT };
const BY_KEY: SelectShape = { ...RECEIPT_SHAPE, by: KEY };

export async function readReceipts(session: Session, units: readonly Unit[]): Promise<Receipts> {
  const keys = new Map(units.flatMap(({ key }) => (key ? [[receiptId(key), key]] : [])));
  const values = [...keys.values()].map(({ scope, key }) => [scope, key]);
  // Locked: of two processes that find a key expired, the second must see the answer the first one gives.
  const rows = await session.select<ReceiptRow>(BY_KEY, values, "lock");
  const known = new Map(rows.map((row) => [`${row.scope}\n${row.receipt_key}`, receiptOf(row)]));
  return {
    find(key, at) {
      const receipt = known.get(receiptId(key));
      if (!receipt) return undefined;
      if (receipt.expiresAt > at && (receipt.payload === key.payload || !key.replaces)) return receipt;
      if (receipt.state === "stored") receipt.state = "expired";
      return undefined;
    },
    put(id, receipt) {
      const state = known.get(id)?.state ?? "new";
      known.set(id, { ...receipt, state: state === "new" ? "new" : "renewed" });
    },
    rows: (state) =>
      [...known.values()]
        .filter((one) => one.state === state)
        .map(({ key, payload, results, expiresAt }) => [key.scope, key.key, payload, JSON.stringify(results), expiresAt]),
  };
}

function receiptOf(row: ReceiptRow): Receipt {
  const key: DuplicateKey = { scope: row.scope, key: row.receipt_key, payload: row.payload, keepMs: 0 };
  return {
    key,
    payload: row.payload,
    results: JSON.parse(row.outcome) as CommandResult[],
    expiresAt: row.expires_at,
    state: "stored",
  };
}
