// What the ledger needs of a database: to commit a batch, and to tell afterwards whether one was committed.
import type { Unit } from "../core/ports.ts";
import type { UnitEnd } from "./batch.ts";

/** The end of each unit, in order, and how long their transaction took, in milliseconds. */
export interface Committed {
  ends: UnitEnd[];
  workMs: number;
}

export interface Engine {
  /** Commits the units as one transaction. Rejects with a `StoreError` when nothing, or nobody knows what, was stored. */
  commit(units: readonly Unit[]): Promise<Committed>;
  /** How many batches may be under way at once; an engine that merges what waits at its side takes many. */
  lanes: number;
  /** Most units of one batch. */
  batchUnits: number;
  /** Whether batches under way are carried out in the order in which they were given. */
  inOrder: boolean;
  close(): Promise<void>;
}
