// The core's rules as the ledger is handed them, in whatever thread it runs.
import { specOf } from "./commands/registry.ts";
import { decideUnit } from "./decide.ts";
import { MOST_CANDIDATES } from "./find.ts";

export const rules = { decide: decideUnit, specOf, mostCandidates: MOST_CANDIDATES };
