// Systems and mappings as rows. Secrets are written sealed, all as one.
import type { Mapping, System } from "./outgoing.ts";
import type { Seal } from "./seal.ts";
import type { Site } from "./site.ts";
import type { Secrets } from "./site-outgoing-defaults.ts";
import type { Columns, Wanted } from "./site-rows.ts";

interface Sealing {
  before: Site;
  seal: () => Seal;
  /** Secrets just made, to be answered once. */
  made: Secrets | undefined;
}

/** A seal is another one each time, so the secrets are compared in the clear. */
export function systemRow({ name, secrets, ...settings }: System, { before, seal, made }: Sealing): Wanted {
  const clear = inOrder(secrets);
  const same = inOrder(before.systems.get(name)?.secrets) === clear;
  const sealed = clear === EMPTY ? "" : same ? undefined : seal().close(clear);
  const row = { settings: JSON.stringify(settings), ...(sealed === undefined ? {} : { secrets: sealed }) };
  return { kind: "systems", name, row, ...(made ? { secrets: made } : {}) };
}

const EMPTY = "{}";

function inOrder(secrets: Secrets = {}): string {
  return JSON.stringify(Object.fromEntries(Object.entries(secrets).toSorted(([one], [other]) => (one < other ? -1 : 1))));
}

/** A mapping that begins to act looks at what happens from now on. A change of what it acts on drops nothing that is under way. */
export function mappingRow({ name, system, ...settings }: Mapping): Wanted {
  return {
    kind: "mappings",
    name,
    row: { system_name: system, settings: JSON.stringify(settings) },
    beside: (present, position): Columns => (begins(settings, present) ? { since: position } : {}),
  };
}

type Settings = Omit<Mapping, "name" | "system">;

function begins({ active }: Settings, present: Columns | undefined): boolean {
  return !present || (active && !(JSON.parse(String(present["settings"])) as Settings).active);
}
