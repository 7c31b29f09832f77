// Four gateway processes on one MariaDB: every reader sees every event once and in order, and no writer undoes another's work.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { checkLedger } from "../helpers/ledger-check.ts";
import { startMariadb, type TestMariadb } from "../helpers/mariadb.ts";
import { startNats, type TestNats } from "../helpers/nats.ts";
import { lacking } from "../helpers/packages.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "../helpers/process.ts";
import { connect } from "../helpers/store.ts";
import { type FeedEvent, headOf, readFeed, type Told, tellByRest, tellBySoap } from "../helpers/story.ts";
import { tellFeed } from "../helpers/story-feed.ts";

const GATEWAYS = 4;
const WRITERS_EACH = 4;
const CALLS_EACH = 60;

suite("four gateways on one database", { skip: lacking("mariadb") || lacking("nats") }, () => {
  let mariadb: TestMariadb;
  let nats: TestNats;
  let site: KnownSite;
  let databaseUrl: string;
  let gateways: readonly GatewayProcess[] = [];

  before(async () => {
    mariadb = await startMariadb();
    nats = await startNats();
    site = await writeSite();
    databaseUrl = await mariadb.createDatabase();
    // Together, so that they also meet at the migrations.
    gateways = await Promise.all(
      Array.from({ length: GATEWAYS }, () => startProcess({ databaseUrl, site, env: { CROSSDESK_NATS_URL: nats.url } })),
    );
    await post(0, "/v1/tickets", { number: "T-1", subject: "Shared by all" });
    for (const number of ["K-0", "K-1", "K-2", "ONE"])
      await post(1, "/v1/tickets/T-1/tasks", { number, group: "acme-field", subject: "A task" });
  });

  after(async () => {
    await Promise.all(gateways.map((one) => one.kill()));
    await site?.remove();
    await nats?.remove();
    await mariadb?.stop();
  });

  const gateway = (index: number): GatewayProcess => gateways[index % GATEWAYS] as GatewayProcess;
  const desk = (index: number) => ({ url: gateway(index).url, key: site.keys.ticketing });
  const acme = (index: number) => ({ url: gateway(index).url, key: site.keys.acme });

  async function post(index: number, path: string, json: object): Promise<void> {
    const headers = { "x-api-key": site.keys.ticketing, "content-type": "application/json" };
    const answer = await fetch(gateway(index).url + path, { method: "POST", headers, body: JSON.stringify(json) });
    assert.equal(answer.status, 201, await answer.text());
  }

  test("every reader sees every event of sixteen writers once, in order, without a gap", { timeout: 120_000 }, async () => {
    const indexes = Array.from({ length: GATEWAYS }, (_, index) => index);
    const total = await tellFeed({
      ...{ desks: indexes.map(desk), providers: indexes.map(acme), nats, tasks: ["K-0", "K-1", "K-2"] },
      ...{ writersEach: WRITERS_EACH, callsEach: CALLS_EACH },
    });
    assert.equal(total, GATEWAYS * WRITERS_EACH * CALLS_EACH);
  });

  test("two gateways that change one task at once never undo each other's change", async () => {
    const start = await headOf(desk(0));
    const rounds = Array.from({ length: 40 }, (_, index) => index);
    const give = async (from: number, say: (round: number) => Promise<Told>): Promise<void> => {
      for (const round of rounds) {
        const told = await say(round);
        assert.equal(told.code, "done", `gateway ${from}: ${told.text}`);
      }
    };
    // One changes the reference alone, the other the solution alone: both must stand in every later event.
    await Promise.all([
      give(0, (round) => tellByRest(acme(0), { type: "acknowledge", task: "ONE", reference: `INC-${round}` })),
      give(1, (round) =>
        tellBySoap(acme(1), { type: "reassignment", task: "ONE", outcome: "solved", solution: `Solution ${round}` }),
      ),
      give(2, (round) =>
        tellByRest(desk(2), { type: "add_message", task: "ONE", text: `Note ${round}`, visibility: "internal" }),
      ),
    ]);
    const events = await readFeed(desk(3), start);
    assert.equal(events.length, 3 * rounds.length);
    assertEachStandsOnTheLast(events);
    const db = await connect(databaseUrl);
    await checkLedger(db);
    await db.close();
  });
});

function assertEachStandsOnTheLast(events: readonly FeedEvent[]): void {
  let reference = -1;
  let solution = -1;
  for (const { type, data } of events) {
    if (type === "crossdesk.task.acknowledged") reference++;
    if (type === "crossdesk.task.solved") solution++;
    assert.equal(data.task?.reference ?? null, reference < 0 ? null : `INC-${reference}`);
    assert.equal(data.task?.solution ?? null, solution < 0 ? null : `Solution ${solution}`);
  }
  assert.deepEqual([reference, solution], [39, 39]);
}
