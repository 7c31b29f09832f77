// knex's own clients, which tell it in the store's words when the database is out of reach: whoever asked is then told to come again.
import { createRequire } from "node:module";
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import type { Beside, Reader, Row, Value } from "./db.ts";
import { StoreError } from "./db.ts";

/** knex writes its own warnings to standard output, where only lines of the log belong: what it warns of is thrown as well. */
export const QUIET_KNEX: Knex.Logger = { warn: () => undefined, deprecate: () => undefined };

type AsStoreError = (error: unknown) => StoreError;
type ClientClass = typeof Knex.Client;

/** The client of a dialect of knex, such as `mysql2`. */
export function knexClient(dialect: "better-sqlite3" | "mysql2", asStoreError: AsStoreError): ClientClass {
  const Client = createRequire(import.meta.url)(`knex/lib/dialects/${dialect}`) as ClientClass;
  return class extends Client {
    override acquireConnection(): Promise<unknown> {
      return super.acquireConnection().catch((error: unknown) => {
        throw failureOf(error, asStoreError);
      });
    }
    override query(connection: unknown, statement: unknown): Promise<unknown> {
      return super.query(connection, statement).catch((error: unknown) => {
        throw failureOf(error, asStoreError);
      });
    }
  };
}

/** A reader that fails in the same words. */
export function outwardReader<R extends Reader>(reader: R): R {
  return {
    ...reader,
    all: <T extends object = Row>(sql: string, values?: readonly Value[]) =>
      reader.all<T>(sql, values).catch((error: unknown) => {
        throw failureOf(error, (one) => (one instanceof StoreError ? one : new StoreError("broken", one)));
      }),
  };
}

/** Has a statement of knex run beside, where the event loop need not wait for it. */
export function runBeside(beside: Beside, statement: Knex.QueryBuilder): Promise<void> {
  const { sql, bindings } = statement.toSQL().toNative();
  return beside.run(sql, bindings as readonly Value[]);
}

/** What is no trouble of the connection, such as a key that is there already, stays as it is. */
function failureOf(error: unknown, asStoreError: AsStoreError): unknown {
  if (error instanceof Failure) return error;
  const { kind } = asStoreError(error);
  if (kind === "lost" || kind === "commit_lost") return new Failure("store_unavailable", undefined, error);
  return error;
}
