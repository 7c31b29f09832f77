// Reply tokens: what was made is read back, nothing else is, and they fit where they have to stand.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { makeMailMark, makeReplyToken, readMailMark, readReplyToken, type TokenKey } from "../../src/lib/reply-token.ts";

const KEY: TokenKey = { version: "a", key: new Uint8Array(32).fill(1) };
const NEXT: TokenKey = { version: "b", key: new Uint8Array(32).fill(2) };
const OWNERS = [
  { provider: "globex", system: "globex-mail" },
  { provider: "acme", system: "acme-mail" },
];
const CLAIM = { provider: "acme", system: "acme-mail", task: "TSK-1001" };
const number = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 64 })
  .filter((one) => one.length <= 64 && one.isWellFormed());

function made(task: string, most?: number): string {
  const token = makeReplyToken(KEY, { ...CLAIM, task }, most);
  assert.ok(token);
  return token;
}

suite("a reply token", () => {
  test("says its task, provider and System, in any case of letters", () => {
    fc.assert(
      fc.property(number, fc.boolean(), (task, shouted) => {
        const token = made(task);
        assert.match(token, /^a[a-z2-7]+$/);
        const read = readReplyToken(shouted ? token.toUpperCase() : token, { keys: [NEXT, KEY], owners: OWNERS });
        assert.deepEqual(read, { ...CLAIM, task });
      }),
    );
  });

  test("fits behind the name of a mailbox; a number too long for it must be known from elsewhere", () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 27, max: 62 }), (task, most) => {
        const token = made(task, most);
        assert.ok(token.length <= most);
        const check = { keys: [KEY], owners: OWNERS };
        assert.deepEqual(readReplyToken(token, { ...check, hints: ["other", task] }), { ...CLAIM, task });
        if (token.length === 27) assert.equal(readReplyToken(token, { ...check, hints: ["other"] }), null);
      }),
    );
    assert.equal(`desk+${made("TSK-1001", 59)}`.length, 45);
    assert.equal(makeReplyToken(KEY, CLAIM, 26), null);
  });

  test("is worth nothing when a single character is changed, added or taken away", () => {
    const token = made("TSK-1001");
    const check = { keys: [KEY, NEXT], owners: OWNERS, hints: ["TSK-1001", "TSK-1002"] };
    for (let at = 0; at < token.length; at++) {
      for (const char of "abcdefghijklmnopqrstuvwxyz234567") {
        const altered = `${token.slice(0, at)}${char}${token.slice(at + 1)}`;
        if (altered !== token) assert.equal(readReplyToken(altered, check), null, altered);
        assert.equal(readReplyToken(`${token.slice(0, at)}${char}${token.slice(at)}`, check), null);
      }
      const shorter = token.slice(0, at) + token.slice(at + 1);
      assert.equal(readReplyToken(shorter, check), null);
    }
  });

  test("of one owner, task or key is none of another", () => {
    const token = made("TSK-1001");
    const of = (keys: TokenKey[], owners = OWNERS) => readReplyToken(token, { keys, owners });
    assert.equal(of([{ ...NEXT, version: "a" }]), null);
    assert.equal(of([NEXT]), null);
    assert.equal(of([KEY], [{ provider: "acme", system: "another" }]), null);
    assert.equal(of([KEY], [{ provider: "globex", system: "acme-mail" }]), null);
    const bare = made("TSK-1001", 27);
    assert.equal(readReplyToken(bare, { keys: [KEY], owners: OWNERS, hints: ["TSK-1002"] }), null);
  });

  test("any text at all is read without an error", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^a[a-z2-7]{20,60}$/)), (text) => {
        assert.equal(readReplyToken(text, { keys: [KEY], owners: OWNERS, hints: [text] }), null);
      }),
    );
  });

  test("is not made under a key that is too short", () => {
    assert.throws(() => makeReplyToken({ version: "a", key: new Uint8Array(16) }, CLAIM), /32 bytes/);
  });
});

test("a mark of ours is known, that of another gateway or another event is not", () => {
  const mark = makeMailMark(KEY, "0190-event");
  assert.equal(readMailMark(` ${mark} `, [NEXT, KEY]), "0190-event");
  assert.equal(readMailMark(mark, [NEXT]), null);
  assert.equal(readMailMark(mark.replace("0190", "0191"), [KEY]), null);
  assert.equal(readMailMark("", [KEY]), null);
  assert.equal(readMailMark(`${mark} more`, [KEY]), null);
});
