// `crossdesk start`: the gateway in this very process. Its settings come from the environment alone.
import { SETTINGS } from "../settings.ts";
import type { CliCommand } from "./command.ts";

const TABLE = SETTINGS.map(
  ({ env, default: value, description }) => `  ${env}${value ? ` (${value})` : ""}\n      ${description}`,
).join("\n");

export const start: CliCommand = {
  summary: "start the gateway",
  line: "start",
  text: `Starts the gateway. Settings are read from the environment:\n\n${TABLE}`,
  options: {},
  ownSignals: true,
  run: async () => void (await import("../main.ts")),
};
