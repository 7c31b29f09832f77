// Units come to the database thread as they were given, whatever they carry.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Unit } from "../../src/core/ports.ts";
import { packUnits, unpackUnits } from "../../src/store/packed-units.ts";

const about = { operation: "acknowledge", place: "/v1" };
const plain: Unit = { commands: [], caller: { kind: "gateway" }, channel: "gateway", at: 1, ids: ["a"] };
const every = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
const withRaw = (text: string): Unit => ({ ...plain, raw: { about, text, bytes: text.length } });
const file: Unit = {
  ...plain,
  side: {
    kind: "attachment",
    id: "f",
    pieces: 0,
    step: "add",
    name: "n",
    contentType: "t",
    bytes: new Uint8Array([1]),
    whole: null,
  },
};

test("units are unpacked as they were packed: with short and long raw forms, without one, with bytes", () => {
  for (const units of [
    [plain],
    [withRaw(every)],
    [withRaw(every.repeat(80)), plain, withRaw(""), withRaw(every)],
    [file, plain],
  ]) {
    const before = structuredClone(units);
    assert.deepEqual(unpackUnits(structuredClone(packUnits(units))), before);
    // A batch that meets a conflict is packed once more.
    assert.deepEqual(units, before);
  }
});
