// Room for what is large: bounded, in the order of coming.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createByteRoom } from "../../src/lib/byte-room.ts";

test("who finds no room waits in line, and what is larger than all of it comes in alone", async () => {
  const room = createByteRoom(100);
  const came: string[] = [];
  const enter = async (name: string, bytes: number) => {
    const leave = await room.enter(bytes);
    came.push(name);
    return leave;
  };
  const [one, two] = [await enter("one", 60), await enter("two", 40)];
  const huge = enter("huge", 500);
  const small = enter("small", 1);
  assert.equal(room.tryEnter(1), null);
  one();
  one();
  assert.deepEqual(came, ["one", "two"]);
  two();
  const leaveHuge = await huge;
  assert.deepEqual(came, ["one", "two", "huge"]);
  leaveHuge();
  (await small)();
  room.tryEnter(100)?.();
  assert.notEqual(room.tryEnter(100), null);
});
