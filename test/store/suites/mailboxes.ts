// The position of a mailbox moves only from where its reader believes it to be, together with what the mail led to.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { QuarantinedMail } from "../../../src/core/messages.ts";
import type { SideWrite, UnitInput } from "../../../src/core/ports.ts";
import { ACME, codeOf, done, type Environment, message, newTask, START, storeSuite, unit } from "../../helpers/store.ts";

interface Move {
  mailbox: string;
  before: number;
  after: number;
  uidValidity?: string;
  quarantine?: QuarantinedMail | null;
}

const side = ({ uidValidity = "7", quarantine = null, ...move }: Move): SideWrite => ({
  kind: "mailbox",
  uidValidity,
  quarantine,
  ...move,
});
const mail = (raw: Uint8Array): QuarantinedMail => ({
  reason: "no_task",
  detail: "names none",
  messageId: "<a@b>",
  sender: "a@b",
  subject: "x".repeat(2000),
  raw,
});

interface QuarantineRow {
  about: string;
  bytes: number;
  blob_id: string;
  at: number;
}

export function mailboxes(environment: () => Environment): void {
  storeSuite("mailbox positions", environment, (bench) => {
    const move = (one: Move, ...commands: UnitInput["commands"]) =>
      bench().door.execute({ ...unit(ACME, ...commands), channel: "email", side: side(one) });
    const position = (mailbox: string) => bench().store.positions.read(mailbox);
    const head = async (): Promise<number> => (await bench().store.views.events(0, 1)).head;

    test("it moves with the events of its unit", async () => {
      const task = await newTask(bench().door);
      assert.equal(await position("moves"), null);
      await done(move({ mailbox: "moves", before: 0, after: 4 }, message(task, "one")));
      await done(move({ mailbox: "moves", before: 4, after: 9 }));
      assert.deepEqual(await position("moves"), { uidValidity: "7", lastUid: 9 });
    });

    test("mails behind one another, more than go together, are each taken in their turn", async () => {
      const moves = Array.from({ length: 600 }, (_, index) => move({ mailbox: "many", before: index, after: index + 1 }));
      const other = move({ mailbox: "other", before: 0, after: 1 });
      const ends = await Promise.allSettled([...moves, other]);
      assert.deepEqual(new Set(ends.map((end) => end.status)), new Set(["fulfilled"]));
      assert.deepEqual(await position("many"), { uidValidity: "7", lastUid: 600 });
    });

    test("from anywhere else nothing is written and the unit fails", async () => {
      const task = await newTask(bench().door);
      await done(move({ mailbox: "guard", before: 0, after: 4 }));
      const before = await head();
      const [rows] = await bench().db.rows<{ n: number }>("select count(*) as n from messages");
      for (const wrong of [0, 3, 5]) {
        const unitOf = move(
          { mailbox: "guard", before: wrong, after: 6, quarantine: mail(Buffer.from("x")) },
          message(task, "lost"),
        );
        await assert.rejects(unitOf, { name: "Failure", code: "guard_lost", class: "transient" });
      }
      assert.deepEqual(await position("guard"), { uidValidity: "7", lastUid: 4 });
      assert.equal(await head(), before);
      assert.deepEqual(await bench().db.rows("select count(*) as n from messages"), [rows]);
    });

    test("a refused message leaves it where it was", async () => {
      await done(move({ mailbox: "refused", before: 0, after: 4 }));
      assert.equal(await codeOf(move({ mailbox: "refused", before: 4, after: 5 }, message("nowhere", "x"))), "unknown_task");
      assert.deepEqual(await position("refused"), { uidValidity: "7", lastUid: 4 });
    });

    test("under another UID validity it starts from nothing (RFC 9051 section 2.3.1.1)", async () => {
      await done(move({ mailbox: "validity", before: 0, after: 40 }));
      await assert.rejects(move({ mailbox: "validity", uidValidity: "8", before: 40, after: 41 }), { code: "guard_lost" });
      await done(move({ mailbox: "validity", uidValidity: "8", before: 0, after: 2 }));
      assert.deepEqual(await position("validity"), { uidValidity: "8", lastUid: 2 });
    });

    test("units of one batch move it one after another, and a neighbour that lost the race fails alone", async () => {
      const moves = [
        move({ mailbox: "batch", before: 0, after: 1 }),
        move({ mailbox: "batch", before: 0, after: 5 }),
        move({ mailbox: "batch", before: 1, after: 2 }),
      ];
      const ends = await Promise.allSettled(moves);
      assert.deepEqual(
        ends.map((one) => one.status),
        ["fulfilled", "rejected", "fulfilled"],
      );
      assert.deepEqual(await position("batch"), { uidValidity: "7", lastUid: 2 });
    });

    test("the quarantine keeps a large mail byte for byte", async () => {
      const { db } = bench();
      const raw = randomBytes(3 * 1024 * 1024 + 17);
      await done(move({ mailbox: "large", before: 0, after: 3, quarantine: mail(raw) }));
      const [row] = await db.rows<QuarantineRow>(
        "select about, kind, state, code, bytes, blob_id, at from messages where bytes = ?",
        [raw.length],
      );
      assert.deepEqual(
        { ...row, about: JSON.parse(row?.about ?? ""), blob_id: "" },
        {
          about: { operation: "mail", place: "large", messageId: "<a@b>", uidValidity: "7", uid: 3 },
          ...{ kind: "quarantined", state: "open", code: "no_task", bytes: raw.length, blob_id: "", at: START },
        },
      );
      const parts = await db.rows<{ data: Uint8Array }>("select data from blobs where id = ? order by part", [row?.blob_id]);
      assert.ok(Buffer.concat(parts.map((one) => one.data)).equals(raw));
    });

    test("a mail that came another way is kept without a position, also an empty one", async () => {
      const { door, db } = bench();
      await done(
        door.execute({
          ...unit(ACME),
          channel: "email",
          side: { kind: "quarantine", mailbox: "by-api", quarantine: mail(new Uint8Array()) },
        }),
      );
      assert.equal(await position("by-api"), null);
      const rows = await db.rows<{ about: string; bytes: number }>("select about, bytes from messages where bytes = 0");
      assert.deepEqual(
        rows.map(({ about, bytes }) => [JSON.parse(about), bytes]),
        [[{ operation: "mail", place: "by-api", messageId: "<a@b>" }, 0]],
      );
    });
  });
}
