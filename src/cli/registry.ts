// Every command of the command line, by name, in the order of the list. A new one is a file beside this one and a line here.
import { apply } from "./apply.ts";
import { backup, restore } from "./backup.ts";
import type { CliCommand } from "./command.ts";
import { doctor } from "./doctor.ts";
import { erase } from "./erase.ts";
import { events } from "./events.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { handover } from "./handover.ts";
import { keys } from "./keys.ts";
import { start } from "./start.ts";

export const COMMANDS: Readonly<Record<string, CliCommand>> = {
  start,
  apply,
  keys,
  import: importCommand,
  export: exportCommand,
  backup,
  restore,
  handover,
  doctor,
  events,
  erase,
};
