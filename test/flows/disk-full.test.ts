// A gateway on a full disk loses nothing and needs nobody: see the story.
import { test } from "node:test";
import { lackingSmallDisk } from "../helpers/small-disk.ts";
import { fillDisk } from "../helpers/story-disk-full.ts";

test("a full disk", { skip: lackingSmallDisk() }, async (t) => {
  const counted = await fillDisk((undo) => t.after(async () => void (await undo())), 1);
  t.diagnostic(JSON.stringify(counted));
});
