// A gateway whose database is cut off and killed loses nothing and needs nobody: see the story.
import { test } from "node:test";
import { lacking } from "../helpers/packages.ts";
import { takeDatabaseAway } from "../helpers/story-database-gone.ts";

test("a database that goes away and comes back", { skip: lacking("mariadb") }, async (t) => {
  const counted = await takeDatabaseAway((undo) => t.after(async () => void (await undo())), 1);
  t.diagnostic(JSON.stringify(counted));
});
