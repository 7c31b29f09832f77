// Every setting of the process in one table. What operators change while it runs (groups, providers, mailboxes) is data, not here.
import type { LogLevel } from "./lib/log.ts";

interface Spec<T> {
  env: string;
  default: string;
  description: string;
  secret: boolean;
  parse(text: string): T;
}

function text(env: string, value: string, description: string): Spec<string> {
  return { env, default: value, description, secret: false, parse: (given) => given };
}

function secret(env: string, description: string): Spec<string> {
  return { ...text(env, "", description), secret: true };
}

function whole(env: string, value: number, range: [least: number, most: number], description: string): Spec<number> {
  const [least, most] = range;
  return {
    env,
    default: String(value),
    description,
    secret: false,
    parse(given) {
      const number = Number(given);
      if (!/^\d+$/.test(given) || number < least || number > most)
        throw new Error(`takes a whole number from ${least} to ${most}`);
      return number;
    },
  };
}

function days(env: string, value: number, description: string): Spec<number> {
  return whole(env, value, [0, 36_500], `${description}; 0 for ever.`);
}

function choice<T extends string>(env: string, value: T, choices: readonly T[], description: string): Spec<T> {
  return {
    env,
    default: value,
    description,
    secret: false,
    parse(given) {
      if (!choices.includes(given as T)) throw new Error(`takes one of ${choices.join(", ")}`);
      return given as T;
    },
  };
}

function list(env: string, description: string): Spec<readonly string[]> {
  return {
    env,
    default: "",
    description,
    secret: false,
    parse: (given) =>
      given
        .split(",")
        .map((one) => one.trim())
        .filter((one) => one !== ""),
  };
}

/** Addresses without user and password: what is shown of settings must hold no secret. */
function servers(env: string, description: string): Spec<readonly string[]> {
  const plain = list(env, description);
  return {
    ...plain,
    parse(given) {
      const all = plain.parse(given);
      if (!all.every((one) => /^(nats|tls):\/\/[^/@\s]+$/.test(one)))
        throw new Error("takes nats://host:port or tls://host:port, comma-separated, without user and password");
      return all;
    },
  };
}

function subject(env: string, value: string, description: string): Spec<string> {
  return {
    ...text(env, value, description),
    parse(given) {
      if (!/^[\w-]+(\.[\w-]+)*$/.test(given)) throw new Error("takes words of letters, digits, _ and - with dots between");
      return given;
    },
  };
}

function database(env: string, value: string, description: string): Spec<string> {
  return {
    ...text(env, value, description),
    parse(given) {
      if (!/^(sqlite:.+|(mysql|mariadb):\/\/.+)/.test(given))
        throw new Error("takes sqlite:<file> or mysql://user:password@host/database");
      return given;
    },
  };
}

interface Address {
  host: string;
  port: number;
}

function address(env: string, description: string): Spec<Address | null> {
  return {
    ...{ env, default: "", description, secret: false },
    parse(given) {
      if (given === "") return null;
      const [, bare, bracketed, port] = /^(?:([^:[\]]+)|\[([^\]]+)\]):(\d{1,5})$/.exec(given) ?? [];
      const host = bare ?? bracketed;
      if (host === undefined || Number(port) > 65_535) throw new Error("takes an address and a port, such as 127.0.0.1:9464");
      return { host, port: Number(port) };
    },
  };
}

const split = list("", "").parse;

function origins(given: string): readonly string[] {
  const wrong = split(given).find((one) => !URL.canParse(one) || new URL(one).origin !== one);
  if (wrong !== undefined)
    throw new Error(`takes origins such as https://desk.example.com, without a path, and ${wrong} is none`);
  return split(given);
}

function attachmentRules(given: string): readonly string[] {
  const rules = split(given).map((one) => one.toLowerCase());
  const wrong = rules.find((one) => !/^(\.[a-z0-9_+-]+(\.[a-z0-9_+-]+)*|[a-z0-9.+-]+\/([a-z0-9.+-]+|\*))$/.test(one));
  if (wrong !== undefined) throw new Error(`takes media types and endings such as image/*, .pdf, and ${wrong} is neither`);
  return rules;
}

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

const TABLE = {
  host: text("HOST", "127.0.0.1", "Address to listen on."),
  port: whole("PORT", 8080, [0, 65535], "Port to listen on; 0 takes a free one."),
  databaseUrl: database(
    "DATABASE_URL",
    "sqlite:./data/crossdesk.db",
    "`sqlite:<file>` for one gateway process, `mysql://…` (MariaDB or MySQL) for any number.",
  ),
  site: text("CROSSDESK_SITE", "", "A site file (YAML) that is applied at start."),
  publicUrl: text(
    "CROSSDESK_PUBLIC_URL",
    "",
    "Address partners use, such as `https://desk.example.com`; written into the WSDL. Empty: taken from the request.",
  ),
  trustedProxies: list(
    "CROSSDESK_TRUSTED_PROXIES",
    "Addresses or networks (CIDR), comma-separated, whose `Forwarded` and `X-Forwarded-*` headers are believed. A client whose address they do not tell is in no network.",
  ),
  secretKey: secret(
    "CROSSDESK_SECRET_KEY",
    "32 bytes in base64 that seal stored passwords; the same for all processes. Empty: a key file beside the SQLite database.",
  ),
  contracts: text(
    "CROSSDESK_CONTRACTS",
    "",
    "Folder of the SOAP contracts: WSDLs, and beside each that is served its binding table. Empty: the gateway's own `wsdl`.",
  ),
  soapNamespace: text("CROSSDESK_SOAP_NAMESPACE", "http://tempuri.org/", "XML namespace of the default SOAP contract."),
  queueUnits: whole("CROSSDESK_QUEUE_UNITS", 2000, [1, 100_000], 'Most messages waiting to be stored; more are answered "busy".'),
  queueBytes: whole(
    "CROSSDESK_QUEUE_BYTES",
    67_108_864,
    [1_048_576, 4_294_967_296],
    "Most bytes of messages waiting to be stored.",
  ),
  attachmentBytes: whole("CROSSDESK_ATTACHMENT_BYTES", 20_971_520, [1, 67_108_864], "Most bytes of one attachment of a task."),
  messageBytes: whole(
    "CROSSDESK_MESSAGE_BYTES",
    262_144,
    [0, 16_777_216],
    "Most bytes that are kept of one message as it came; 0 keeps what is known of it and none of its bytes.",
  ),
  refusedBytes: whole(
    "CROSSDESK_REFUSED_BYTES",
    67_108_864,
    [0, 4_294_967_296],
    "Most bytes an hour of refused and repeated calls that are kept of one provider, or of one credential of the desk; more are counted and dropped.",
  ),
  keepMessagesDays: days("CROSSDESK_KEEP_MESSAGES_DAYS", 90, "Days that the raw form of accepted and repeated messages is kept"),
  keepRefusedDays: days("CROSSDESK_KEEP_REFUSED_DAYS", 180, "Days that refused calls and mails that were set aside are kept"),
  keepDeliveriesDays: days(
    "CROSSDESK_KEEP_DELIVERIES_DAYS",
    180,
    "Days that deliveries are kept when they are done or acknowledged",
  ),
  keepAuditDays: days("CROSSDESK_KEEP_AUDIT_DAYS", 1095, "Days that entries of the audit log are kept"),
  keepTasksDays: days(
    "CROSSDESK_KEEP_TASKS_DAYS",
    0,
    "Days that a closed task, or a ticket without tasks, is kept with all its events",
  ),
  keepCursorDays: days("CROSSDESK_KEEP_CURSOR_DAYS", 30, "Days that a named cursor which nobody moves holds back what is purged"),
  ticketFormat: text(
    "CROSSDESK_TICKET_FORMAT",
    "TKT-{n}",
    "Form of ticket numbers the gateway makes; `{n}` is the running number.",
  ),
  taskFormat: text("CROSSDESK_TASK_FORMAT", "TSK-{n}", "Form of task numbers the gateway makes."),
  outgoingAllow: list(
    "CROSSDESK_OUTGOING_ALLOW",
    "Partners inside, comma-separated, that may be called although their address is private or their port unusual: names, addresses or networks, each with `:port` if needed.",
  ),
  outgoingProxy: secret(
    "CROSSDESK_OUTGOING_PROXY",
    "Forward proxy for calls to partners, such as `http://user:password@proxy.example.com:3128`. Empty: called directly.",
  ),
  natsUrl: servers(
    "CROSSDESK_NATS_URL",
    "NATS servers, comma-separated, such as `nats://broker.example.com:4222` or `tls://…`, to whose JetStream every event is published. Empty: none.",
  ),
  natsSubject: subject(
    "CROSSDESK_NATS_SUBJECT",
    "crossdesk",
    "First words of the subjects: `crossdesk` makes `crossdesk.task.message`.",
  ),
  natsStream: text("CROSSDESK_NATS_STREAM", "CROSSDESK", "Name of the stream; it is made when there is none."),
  natsTest: choice(
    "CROSSDESK_NATS_TEST",
    "exclude",
    ["exclude", "include", "only"],
    "Whether events of providers that are only tried out are published: exclude, include or only.",
  ),
  natsUser: text("CROSSDESK_NATS_USER", "", "User name at the NATS servers."),
  natsPassword: secret("CROSSDESK_NATS_PASSWORD", "Password at the NATS servers."),
  natsToken: secret("CROSSDESK_NATS_TOKEN", "Token for the NATS servers, in place of a user."),
  natsCreds: text("CROSSDESK_NATS_CREDS", "", "Credentials file (JWT and seed) for the NATS servers, in place of a user."),
  natsCa: text("CROSSDESK_NATS_CA", "", "File of the certificate authority of the NATS servers, PEM. Empty: the usual ones."),
  natsCert: text("CROSSDESK_NATS_CERT", "", "File of our certificate for the NATS servers, PEM."),
  natsKey: text("CROSSDESK_NATS_KEY", "", "File of the key to that certificate, PEM."),
  attachmentAllow: {
    ...list(
      "CROSSDESK_ATTACHMENT_ALLOW",
      "What files of tasks may be, comma-separated: media types (`application/pdf`, `image/*`) and endings (`.pdf`). Where types are named a file must have one of them, where endings are named one of those. Empty: any.",
    ),
    parse: attachmentRules,
  } as Spec<readonly string[]>,
  rateLimit: {
    ...text(
      "CROSSDESK_RATE_LIMIT",
      "",
      "Calls one credential may make by SOAP and REST, as `<calls>/<seconds>` (`600/60`), counted by each process for itself. The site document may set others. Empty: any number.",
    ),
    parse(given) {
      if (!/^([1-9]\d{0,5}\/[1-9]\d{0,4})?$/.test(given)) throw new Error("takes <calls>/<seconds>, such as 600/60");
      return given;
    },
  } as Spec<string>,
  corsOrigins: {
    ...list(
      "CROSSDESK_CORS_ORIGINS",
      "Origins, comma-separated (`https://desk.example.com`), whose pages may call REST from a browser, each with a key it holds. Empty: none.",
    ),
    parse: origins,
  } as Spec<readonly string[]>,
  logLevel: choice("CROSSDESK_LOG_LEVEL", "info", LEVELS, "Least level of log lines: debug, info, warn or error."),
  metricsListen: address(
    "CROSSDESK_METRICS_LISTEN",
    "Address and port, such as `127.0.0.1:9464`, where `/metrics` is read without credentials. Empty: only on the gateway's own port, with credentials.",
  ),
  stopSeconds: whole("CROSSDESK_STOP_SECONDS", 20, [1, 600], "How long a stop waits for work under way."),
  stopDelaySeconds: whole(
    "CROSSDESK_STOP_DELAY_SECONDS",
    0,
    [0, 300],
    "How long at a stop `/readyz` says no while calls are still taken, so that a load balancer can turn away; beside the time of `CROSSDESK_STOP_SECONDS`.",
  ),
} as const;

type Table = typeof TABLE;

/** The settings of one process, parsed. */
export type Settings = { -readonly [K in keyof Table]: Table[K] extends Spec<infer T> ? T : never } & {
  /** Whether the database was left at its default and no site is named: only then demo data may be made. */
  untouched: boolean;
};

/** One row for people: what the README's table and `--help` show. */
export const SETTINGS: readonly { env: string; default: string; description: string; secret: boolean }[] = Object.values(
  TABLE,
).map(({ env, default: value, description, secret: hidden }) => ({ env, default: value, description, secret: hidden }));

/** Reads settings from the environment. Throws one error that names every wrong setting and what it takes. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const wrong: string[] = [];
  const read: Record<string, unknown> = { untouched: !env.DATABASE_URL && !env.CROSSDESK_SITE };
  for (const [name, spec] of Object.entries(TABLE)) {
    try {
      read[name] = spec.parse(env[spec.env] || spec.default);
    } catch (error) {
      wrong.push(`${spec.env} ${(error as Error).message}`);
    }
  }
  if (wrong.length > 0) throw new Error(`Settings to correct: ${wrong.join("; ")}`);
  return read as Settings;
}
