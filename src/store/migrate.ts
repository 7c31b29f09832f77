// Brings the database to the form this version of Crossdesk knows: forward only, one starter at a time, safe to run again.
import { readdir } from "node:fs/promises";
import type { Knex } from "knex";
import type { Dialect } from "./dialect.ts";

const FOLDER = new URL("../../migrations/", import.meta.url);

interface Step {
  /** The file's name without its ending, so that the record survives a change of runtime. */
  name: string;
  file: string;
}

/** Runs the steps that are missing. Throws when the database was made by a newer version. */
export async function migrate({ knex, types, alone, together }: Dialect, log: (step: string) => void): Promise<void> {
  await alone(async () => {
    if (!(await knex.schema.hasTable("migrations"))) {
      await knex.schema.createTable("migrations", (table) => {
        table.string("name", 128).notNullable().primary();
        table.bigInteger("finished_at").notNullable();
      });
    }
    const known = await steps();
    const done = new Set(await finished(knex));
    refuseNewer(known, done);
    for (const step of known.filter((one) => !done.has(one.name))) {
      log(step.name);
      const { up } = (await import(new URL(step.file, FOLDER).href)) as {
        up(knex: Knex, types: Dialect["types"]): Promise<void>;
      };
      await together(async (its) => {
        await up(its, types);
        await its("migrations").insert({ name: step.name, finished_at: Date.now() });
      });
    }
  });
}

/** Every step there is, in order. */
export async function steps(): Promise<Step[]> {
  const files = (await readdir(FOLDER)).filter((file) => /^\d{4}_.*\.ts$/.test(file)).sort();
  return files.map((file) => ({ name: file.replace(/\.ts$/, ""), file }));
}

async function finished(knex: Knex): Promise<string[]> {
  return ((await knex("migrations").select("name")) as { name: string }[]).map((row) => row.name);
}

function refuseNewer(known: readonly Step[], done: ReadonlySet<string>): void {
  const names = new Set(known.map((one) => one.name));
  const strange = [...done].filter((name) => !names.has(name));
  if (strange.length === 0) return;
  throw new Error(
    `This database was set up by a newer version of Crossdesk (it has ${strange.join(", ")}). Start that version, or restore a backup made before.`,
  );
}
