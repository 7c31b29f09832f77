// What is measured: each subject is a process of its own, started once. A new one is a row of the list.
import { cp } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { TestMariadb } from "../test/helpers/mariadb.ts";
import { type GatewayProcess, type KnownSite, startProcess } from "../test/helpers/process.ts";
import { headOf } from "../test/helpers/story.ts";
import { seed } from "./seed.ts";

/** What subjects are started with. */
export interface Ground {
  folder: string;
  site: KnownSite;
  tasks: number;
  mariadb: TestMariadb | null;
}

/** How a subject is called: an acknowledgement of some 500 bytes, or a message of 20 KB. */
export type Kind = "soap" | "rest" | "soap-20k";

export interface Subject {
  name: string;
  says: string;
  /** In which words it is called. */
  kind: Kind;
  /** Whether it keeps what it answers: then events are counted. */
  keeps: boolean;
  needs?: "mariadb";
  start(ground: Ground): Promise<GatewayProcess>;
}

const program = (name: string) => fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url));

/** A server of the folder `servers`. Its log has the subject's name: two subjects may run the same program. */
function server(name: string, says: string, { runs = name, kind = "soap" }: { runs?: string; kind?: Kind } = {}): Subject {
  const start = ({ site, folder }: Ground) =>
    startProcess({ site, databaseUrl: "", main: program(runs), logFile: path.join(folder, `${name}.log`) });
  return { name, says, kind, keeps: false, start };
}

const SAYS: Readonly<Record<Kind, string>> = {
  soap: "acknowledgement by SOAP",
  rest: "acknowledgement by REST",
  "soap-20k": "message of 20 KB by SOAP",
};

function onSqlite(kind: Kind): Subject {
  const name = `${kind}-sqlite`;
  return {
    name,
    says: `Crossdesk, ${SAYS[kind]}, SQLite`,
    kind,
    keeps: true,
    async start({ folder, site, tasks }) {
      const file = path.join(folder, `${name}.db`);
      await cp(await seededFile(folder, site, tasks), file);
      return startProcess({ site, databaseUrl: `sqlite:${file}`, logFile: path.join(folder, `${name}.log`) });
    },
  };
}

/** What is kept without being read, checked or decided, in a database like the gateway's; `once` keeps an event but not what came. */
function floor(kind: Kind, copies: "once" | "twice" = "twice"): Subject {
  const name = `sqlite-floor${kind === "soap" ? "" : "-20k"}${copies === "once" ? "-once" : ""}`;
  const says = `the least: node:http and one commit with fsync, ${SAYS[kind]}${copies === "once" ? ", kept once" : ""}, SQLite`;
  return {
    name,
    says,
    kind,
    keeps: false,
    async start({ folder, site, tasks }) {
      const file = path.join(folder, `${name}.db`);
      await cp(await seededFile(folder, site, tasks), file);
      return startProcess({
        site,
        databaseUrl: `sqlite:${file}`,
        main: program("floor"),
        env: copies === "once" ? { FLOOR_RAW: "no" } : {},
        logFile: path.join(folder, `${name}.log`),
      });
    },
  };
}

function onMariadb(kind: Kind): Subject {
  const name = `${kind}-mariadb`;
  return {
    name,
    says: `Crossdesk, ${SAYS[kind]}, MariaDB`,
    kind,
    keeps: true,
    needs: "mariadb",
    async start({ folder, site, tasks, mariadb }) {
      if (mariadb === null) throw new Error("there is no MariaDB");
      const databaseUrl = await mariadb.createDatabase();
      await seed(databaseUrl, site.document, tasks);
      return startProcess({ site, databaseUrl, logFile: path.join(folder, `${name}.log`) });
    },
  };
}

/** Filled once and copied for each subject. */
const seeded = new Map<string, Promise<string>>();

function seededFile(folder: string, { document }: KnownSite, tasks: number): Promise<string> {
  const file = path.join(folder, "seeded.db");
  const made = seeded.get(file) ?? seed(`sqlite:${file}`, document, tasks).then(() => file);
  seeded.set(file, made);
  return made;
}

export const RAW = "raw-http";
const RAW_20K = "raw-http-20k";

/** The raw server that reads what the subject reads. */
export const rawOf = (subject: string): string => (subject.includes("20k") ? RAW_20K : RAW);

export const SUBJECTS: readonly Subject[] = [
  server(RAW, "node:http, reads the body, fixed answer", { runs: "raw" }),
  server("express", "Express 5, reads the body, fixed answer"),
  server("node-soap", "the server of the package soap on Express, does nothing"),
  floor("soap"),
  onSqlite("soap"),
  onSqlite("rest"),
  onMariadb("soap"),
  onMariadb("rest"),
  server(RAW_20K, "node:http, reads a body of 20 KB, fixed answer", { runs: "raw", kind: "soap-20k" }),
  floor("soap-20k"),
  floor("soap-20k", "once"),
  onSqlite("soap-20k"),
];

/** The events a gateway has, once nothing is under way any more. */
export async function settledHead(gateway: GatewayProcess, { keys }: KnownSite): Promise<number> {
  const line = { url: gateway.url, key: keys.ticketing };
  for (let before = -1; ; ) {
    const now = await headOf(line);
    if (now === before) return now;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
