// What the store asks of a database, in words that every database can keep. Which one it is, is not known here.

export type Value = string | number | null | Uint8Array;
export type Row = Record<string, Value>;

/** A read through a connection of its own: it never waits for the ledger, and sees only what is committed. */
export interface Reader {
  /** Runs a query with `?` place-holders. */
  all<T extends object = Row>(sql: string, values?: readonly Value[]): Promise<T[]>;
}

/** Writes what nobody waits for, one statement at a time, through a connection of its own: it may wait for the ledger, the event loop never does. */
export interface Beside {
  /** Runs a statement with `?` place-holders. */
  run(sql: string, values: readonly Value[]): Promise<void>;
}

/** The values of one row, or of one key. */
export type Tuple = readonly Value[];

/**
 * Which columns of which table. Shapes are made once, as constants: a session may keep its statement by the shape itself, so
 * that no batch pays for spelling one out.
 */
export interface Shape {
  table: string;
  columns: readonly string[];
}

/** Rows that are looked up by the columns of `by`. */
export interface SelectShape extends Shape {
  by: readonly string[];
}

/** Rows that are changed: `key` finds them, `change` is what is set. */
export interface UpsertShape extends Shape {
  key: readonly string[];
  change: readonly string[];
}

/** Statements inside one transaction. Each may answer at once (SQLite) or later (MariaDB): always await them. */
export interface Session {
  /** Whether the transaction keeps every other writer out, so that what was read once stays true until its end. */
  readonly exclusive: boolean;
  /** The rows whose key columns equal one of the keys; `lock` keeps them until the transaction ends, in key order. */
  select<T extends object = Row>(shape: SelectShape, keys: readonly Tuple[], lock?: "lock"): T[] | Promise<T[]>;
  /** Adds rows, each in the order of the shape's columns. */
  insert(shape: Shape, rows: readonly Tuple[]): void | Promise<void>;
  /** Sets the columns of `change` in rows that are there already. The rows hold every column, in the order of `columns`. */
  rewrite(shape: UpsertShape, rows: readonly Tuple[]): void | Promise<void>;
  /** Adds rows, or where the key is there already sets the columns of `change` alone. The key must be the table's only unique one. */
  upsert(shape: UpsertShape, rows: readonly Tuple[]): void | Promise<void>;
  /** Raises a counter of `meta` by `by`, keeps its lock until the end, and gives the new value. */
  raise(counter: string, by: number): number | Promise<number>;
  all<T extends object = Row>(sql: string, values?: readonly Value[]): T[] | Promise<T[]>;
  run(sql: string, values?: readonly Value[]): { changed: number } | Promise<{ changed: number }>;
}

/** Where a transaction failed decides what may be done about it. */
export class StoreError extends Error {
  /**
   * `conflict` rolled back, try again; `lost` rolled back, the database is out of reach; `commit_lost` nobody knows;
   * `broken` the statements or their data are at fault.
   */
  readonly kind: "conflict" | "lost" | "commit_lost" | "broken";
  constructor(kind: StoreError["kind"], cause: unknown) {
    super(`store: ${kind}`, { cause });
    this.name = "StoreError";
    this.kind = kind;
  }
}
