// Places that many share: bounded, and each party has its turn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createFairRoom } from "../../src/lib/fair-room.ts";

test("a party with much waiting keeps the others no longer than one turn, and its own come in order", async () => {
  const room = createFairRoom(2);
  const came: string[] = [];
  const enter = async (party: string, name: string) => {
    const leave = await room.enter(party);
    came.push(name);
    return leave;
  };
  const many = Array.from({ length: 5 }, (_, index) => enter("many", `many ${index + 1}`));
  const [one, other] = [enter("one", "one"), enter("other", "other")];
  const [first, second] = [await many[0], await many[1]];
  assert.deepEqual(came, ["many 1", "many 2"]);
  first?.();
  first?.();
  (await many[2])?.();
  (await one)();
  (await other)();
  assert.deepEqual(came, ["many 1", "many 2", "many 3", "one", "other"]);
  second?.();
  (await many[3])?.();
  (await many[4])?.();
  assert.deepEqual(came.slice(5), ["many 4", "many 5"]);
});
