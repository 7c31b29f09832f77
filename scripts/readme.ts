// Writes the parts of the README that are made from the code: the table of settings and the calls to paste.
// It touches nothing outside its marks; a test fails when they are stale.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { demoCalls } from "../src/demo.ts";
import { SETTINGS } from "../src/settings.ts";

const README = fileURLToPath(new URL("../README.md", import.meta.url));

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function settingsTable(): string {
  const rows = SETTINGS.map(({ env, default: value, description, secret }) => {
    const shown = value === "" ? "" : `\`${cell(value)}\``;
    return `| \`${env}\` | ${shown} | ${cell(description)}${secret ? " Secret." : ""} |`;
  });
  return ["| name | default | what it does |", "|---|---|---|", ...rows].join("\n");
}

/** The demonstration's calls for a shell in which address and keys are variables: those need double quotes. */
function calls(): string {
  const keys = { administrator: "$ADMIN_KEY", desk: "$DESK_KEY", provider: "$PROVIDER_KEY" };
  const text = demoCalls("$URL", keys).replace(/^Try it.*\n+/, "");
  return `\`\`\`sh\n${text.replace(/'([^'\n]*\$[A-Z_]+[^'\n]*)'/g, '"$1"').trim()}\n\`\`\``;
}

const PARTS: Readonly<Record<string, () => string>> = { settings: settingsTable, calls };

/** The README with its made parts as the code has them now. */
export function currentReadme(text: string): string {
  return Object.entries(PARTS).reduce((readme, [name, make]) => {
    const [start, end] = [`<!-- ${name}: made by scripts/readme.ts -->\n`, `<!-- end of ${name} -->`];
    const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
    if (from === -1 || to === -1) throw new Error(`README.md has lost the marks of ${name}`);
    return `${readme.slice(0, from + start.length)}\n${make()}\n\n${readme.slice(to)}`;
  }, text);
}

if (import.meta.main) {
  const text = readFileSync(README, "utf8");
  const current = currentReadme(text);
  if (current !== text) writeFileSync(README, current);
}
