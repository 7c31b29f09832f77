// Query plans of every list of tasks and of the feed, at a size at which a planner would rather read and sort the whole: each page is
// read from its place in an index, wherever it is in the list. No times are measured; MariaDB counts the rows.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Value } from "../../../src/store/db.ts";
import { createViews } from "../../../src/store/views/views.ts";
import type { EventFilter, Reader, TaskFilter, Views } from "../../../src/store/views/types.ts";
import { type Connection, connect, type Environment, openTestStore, START } from "../../helpers/store.ts";

const ACME: Reader = { kind: "provider", provider: "acme" };
const GLOBEX: Reader = { kind: "provider", provider: "globex" };
const DESK: Reader = { kind: "desk" };
const LIMIT = 20;

export function listPlans(environment: () => Environment): void {
  suite("query plans of lists", () => {
    let db: Connection;
    let isSqlite = false;
    const seen: { sql: string; values: readonly Value[] }[] = [];
    let views: Views;
    before(async () => {
      const url = await environment().createDatabase();
      isSqlite = url.startsWith("sqlite:");
      await (await openTestStore(url)).close();
      db = await connect(url);
      await fill(db);
      await db.rows(
        isSqlite ? "analyze" : "analyze table tasks, tickets, events, task_references, task_versions, ticket_versions",
      );
      views = createViews({
        all(sql, values = []) {
          seen.push({ sql, values });
          return db.rows(sql, values);
        },
      });
    });
    after(() => db.close());

    /** Nothing that was read was read from end to end, or sorted but for what a page had picked; few rows were touched. */
    async function assertBounded(what: string, most: number): Promise<void> {
      for (const { sql, values } of seen.splice(0)) {
        const plan = isSqlite ? await sqlitePlan(db, sql, values) : await mysqlPlan(db, sql, values);
        assert.deepEqual(plan, [], `${what}: ${sql}`);
        if (!isSqlite) assert.ok((await rowsRead(db, sql, values)) <= most, `${what} read more than ${most} rows: ${sql}`);
      }
    }

    const CASES: [string, Partial<TaskFilter>, Reader, number][] = [
      ["all of a provider", {}, ACME, LIMIT],
      ["all of a small provider", {}, GLOBEX, LIMIT],
      ["all of the desk", {}, DESK, LIMIT],
      ["the few open ones of many", { status: ["assigned"] }, ACME, LIMIT],
      ["two statuses", { status: ["assigned", "acknowledged"] }, ACME, LIMIT],
      ["two statuses of the desk", { status: ["solved", "acknowledged"] }, DESK, LIMIT],
      ["one status of the desk", { status: ["solved"] }, DESK, LIMIT],
      ["a group", { group: "globex-net" }, DESK, LIMIT],
      ["a group of a provider in a status", { group: "acme-field", status: ["solved"] }, ACME, LIMIT],
      ["a ticket", { ticket: "LP-K7" }, ACME, 5],
      ["a number", { reference: "LP-T77" }, ACME, 1],
      ["a reference", { reference: "LP-R78" }, ACME, 1],
      ["a reference, of the desk", { reference: "LP-R78" }, DESK, 1],
      ["a reference of another", { reference: "LP-R78" }, GLOBEX, 0],
    ];

    test("tasks in the order of their making, on the first page and far behind", async () => {
      for (const [what, filter, reader, expected] of CASES) {
        const page = await views.tasks({ limit: LIMIT, ...filter }, reader);
        assert.equal(page.items.length, expected, what);
        // Each status is a list of its own, of which a page and one more is read, and as many rows with their texts.
        await assertBounded(what, 12 * LIMIT);
        if (page.next === null) continue;
        await views.tasks({ limit: LIMIT, ...filter, after: deep }, reader);
        await assertBounded(`${what}, far behind`, 12 * LIMIT);
      }
    });

    test("tasks in the order of their changes, near the head and far from it", async () => {
      for (const reader of [ACME, GLOBEX, DESK]) {
        for (const filter of [
          {},
          { status: ["assigned"] },
          { group: "acme-field" },
          { ticket: "LP-K7" },
          { reference: "LP-T77" },
        ] as const) {
          for (const after of [undefined, Buffer.from("c9990").toString("base64url")]) {
            await views.tasks({ limit: LIMIT, updatedSince: 0, ...filter, ...(after ? { after } : {}) } as TaskFilter, reader);
            // Of each step of 250 events the event, and its task.
            await assertBounded(`changes, ${JSON.stringify(filter)} ${after}`, 250 * 4 + 100);
          }
        }
      }
    });

    test("the feed, whole and filtered, and the history of a task", async () => {
      const filters: (EventFilter | undefined)[] = [
        undefined,
        { test: "include", types: ["task.closed"] },
        { test: "include", direction: "In" },
        { test: "include", provider: "globex" },
      ];
      for (const filter of filters as (EventFilter | undefined)[]) {
        for (const after of [0, 9000]) {
          await views.events(after, LIMIT, filter);
          await assertBounded(`feed ${JSON.stringify(filter)} after ${after}`, filter ? 12_000 : 12 * LIMIT);
        }
      }
      await views.taskEvents("LP-T77", 0, LIMIT, ACME);
      await assertBounded("history", 100);
    });

    test("a status that few have among many open tasks is found in steps, each of them once", async () => {
      await db.rows("update tasks set status = 'acknowledged', is_open = 1 where id <= 7000");
      const [{ count } = { count: 0 }] = await db.rows<{ count: number }>(
        "select count(*) as count from tasks where provider = 'acme' and status = 'assigned'",
      );
      const found: string[] = [];
      let empty = 0;
      for (let after: string | undefined; ; ) {
        const { items, next } = await views.tasks({ limit: 7, status: ["assigned"], ...(after ? { after } : {}) }, ACME);
        found.push(...items.map((one) => one.number));
        empty += items.length === 0 ? 1 : 0;
        await assertBounded("a sparse status", 2100);
        if (next === null) break;
        after = next;
      }
      assert.deepEqual([found.length, new Set(found).size], [count, count]);
      assert.equal(empty, 3, "6,300 tasks in steps of 2,000");
    });
  });
}

const DIGITS = Array.from({ length: 10 }, (_, n) => `select ${n} as n`).join(" union all ");
const NUMBERS = `(select a.n + 10 * b.n + 100 * c.n + 1000 * d.n as n
  from (${DIGITS}) a cross join (${DIGITS}) b cross join (${DIGITS}) c cross join (${DIGITS}) d) x`;
/** The place of a task far behind in every list. */
const deep = Buffer.from("m9500").toString("base64url");

/** Ten thousand tasks, five to a ticket: one in ten is globex's, nearly all are closed, the open ones came last. */
async function fill(db: Connection): Promise<void> {
  const fields = `'{"subject":"A task","description":null,"priority":null,"solution":null,"resolvedAt":null,"custom":{}}'`;
  const open = "case x.n % 3 when 0 then 'assigned' when 1 then 'acknowledged' else 'solved' end";
  const status = `case when x.n < 9700 then 'closed' else ${open} end`;
  const group = "case when x.n % 10 = 0 then 'globex-net' else 'acme-field' end";
  const provider = "case when x.n % 10 = 0 then 'globex' else 'acme' end";
  const ticket = (text: string): string => `insert into ${text} from ${NUMBERS} where x.n < 2000`;
  const K = "concat('LP-K', x.n)";
  const T = "concat('LP-T', x.n)";
  await db.rows(
    ticket(`tickets (id, number, status, version, last_position, created_at, updated_at)
      select x.n + 1, ${K}, 'open', 1, 1, ${START}, ${START}`),
  );
  await db.rows(ticket(`ticket_versions (ticket_id, version, fields) select x.n + 1, 1, '{"subject":"A ticket","custom":{}}'`));
  await db.rows(`insert into tasks (id, number, ticket_id, status, group_name, provider, past, version, last_position, digests, created_at, updated_at, is_open)
    select x.n + 1, ${T}, x.n % 2000 + 1, ${status}, ${group}, ${provider},
      '{"references":{},"groups":[]}', 1, x.n + 1, '', ${START}, ${START} + x.n, x.n >= 9700 from ${NUMBERS}`);
  await db.rows(`insert into task_versions (task_id, version, fields) select x.n + 1, 1, ${fields} from ${NUMBERS}`);
  await db.rows(`insert into task_references (provider, reference, task_id, since) select ${provider}, concat('LP-R', x.n), x.n + 1, ${START}
    from ${NUMBERS}`);
  await db.rows(`insert into events (position, id, kind, type, ticket_id, ticket_version, task_id, task_version, status, group_name, holder,
      provider, request_type, direction, channel, actor, at, changes)
    select x.n + 1, concat('00000000-0000-7000-8000-', 100000000000 + x.n), 'task', 'task.message', x.n % 2000 + 1, 1, x.n + 1, 1, ${status},
      ${group}, ${provider}, ${provider}, 'Update', 'In', 'rest', 'provider:acme', ${START}, '{}' from ${NUMBERS}`);
  await db.rows("update meta set value = 10000 where name = 'position'");
}

/** What a page has picked, and the few there are of providers, may be read whole and sorted. */
const MAY_SCAN = /^(p|e|f|picked|s\d|chain|c|x|\(subquery-\d+\)|meta)$/;

async function sqlitePlan(db: Connection, sql: string, values: readonly Value[]): Promise<string[]> {
  const steps = await db.rows<{ detail: string }>(`explain query plan ${sql}`, values);
  return steps.map(({ detail }) => detail).filter((detail) => !MAY_SCAN.test(/^SCAN (\S+)/.exec(detail)?.[1] ?? "p"));
}

interface Step {
  table: string | null;
  type: string | null;
  Extra: string | null;
}

async function mysqlPlan(db: Connection, sql: string, values: readonly Value[]): Promise<string[]> {
  const steps = await db.rows<Step>(`explain ${sql}`, values);
  return steps.flatMap(({ table, type, Extra }) => {
    if (table === null || table.startsWith("<") || MAY_SCAN.test(table)) return [];
    const isWhole = type === "ALL" || type === "index" || (type === "range" && /filesort/.test(Extra ?? ""));
    return isWhole ? [`${table}: ${type} ${Extra}`] : [];
  });
}

/** Rows that the engine handed over for a statement, of tables and of their indexes. */
async function rowsRead(db: Connection, sql: string, values: readonly Value[]): Promise<number> {
  await db.rows("flush status");
  await db.rows(sql, values);
  const counts = await db.rows<{ Variable_name: string; Value: string }>("show session status like 'Handler_read%'");
  return counts.reduce((sum, one) => sum + Number(one.Value), 0);
}
