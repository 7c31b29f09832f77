// Systems and mappings as an operator set them up: what leaves, in which form, under which condition, and where it goes.
import type { AlertKind } from "../core/events.ts";

/** A partner's (or an own) application that is told of events. Mappings and API definitions stand under it. */
export interface System {
  name: string;
  active: boolean;
  description: string;
  /**
   * The provider it belongs to, null for an application of the desk. What came from this provider never goes back to it, and what
   * it answers is taken as this provider's word.
   */
  provider: string | null;
  /** Whether its mappings may see every task; otherwise only tasks of `groups` and tickets of `projects` (custom field `project`). */
  unrestricted: boolean;
  groups: readonly string[];
  projects: readonly string[];
  /** Values for expressions, as `props`. */
  properties: Readonly<Record<string, string>>;
  /** Clear texts by name, unsealed for use; never logged, never answered. Auth names them, `${secret:NAME}` in URLs and headers too. */
  secrets: Readonly<Record<string, string>>;
  apis: Readonly<Record<string, ApiDefinition>>;
  /** Two-way value tables: name of the table (`priority`, `category`, `status`, …) to pairs of our word and theirs. */
  values: Readonly<Record<string, readonly (readonly [ours: string, theirs: string])[]>>;
  /** Limits by the name of the field in the body that leaves (path with dots). */
  limits: Readonly<Record<string, FieldLimit>>;
  delivery: DeliveryRules;
}

/** How a text is made to fit. `cut` shortens with a note at its end, and replaces what the charset lacks; `refuse` rejects the delivery. */
export interface FieldLimit {
  /** Most characters (code points); null for any. */
  length: number | null;
  /** Characters the partner can store. */
  charset: "unicode" | "bmp" | "latin1" | "ascii";
  beyond: "cut" | "refuse";
}

export interface DeliveryRules {
  /** Pauses before the second, third, … try, in seconds; after the last the delivery is a dead letter. */
  retryAfterSeconds: readonly number[];
  /** Longest time of one try, in milliseconds. */
  timeoutMs: number;
  /** Tries under way at once. */
  inFlight: number;
  /** Most tries a second; null for any number. */
  perSecond: number | null;
  /** Whether a dead letter holds back the younger deliveries of its task until it is retried or acknowledged. */
  afterFailure: "hold" | "pass";
  /** Most bytes of the attachments of one message. */
  attachmentBytes: number;
}

/** The schedule of Standard Webhooks 1.0 ("Deliverability and reliability"): 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. */
export const DEFAULT_DELIVERY: DeliveryRules = {
  retryAfterSeconds: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
  timeoutMs: 20_000,
  inFlight: 8,
  perSecond: null,
  afterFailure: "hold",
  attachmentBytes: 10 * 1024 * 1024,
};

/** How a System is reached. */
export type ApiDefinition = RestApi | SoapApi | EmailApi;

interface Api {
  auth: Auth;
  /** JSONata over `{status, headers, body}` of the answer; null or an empty result reads nothing. */
  answer: {
    /** The partner's own number, set as reference of the task. */
    reference: string | null;
    /** A text, added to the task as the provider's update. */
    update: string | null;
  };
}

export interface RestApi extends Api {
  kind: "rest";
  method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
  /** May hold `${secret:NAME}`, `${prop:NAME}` and `${data:path}`; the last is percent-encoded. */
  url: string;
  headers: Readonly<Record<string, string>>;
  body: "json" | "xml" | "text" | "form" | "none";
  /** Statuses that count as success, such as `200-299,409`. */
  success: string;
}

export interface SoapApi extends Api {
  kind: "soap";
  /** A WSDL file of the folder `wsdl`, by its name. */
  wsdl: string;
  operation: string;
  /** Where to call; null takes the address in the WSDL. May hold `${secret:NAME}` and `${prop:NAME}`. */
  url: string | null;
  version: "1.1" | "1.2";
  headers: Readonly<Record<string, string>>;
}

export interface EmailApi extends Api {
  kind: "email";
  host: string;
  port: number;
  /** `tls` from the first byte, `starttls` required, `none` only towards this machine. */
  security: "tls" | "starttls" | "none";
  from: string;
  to: readonly string[];
  /** Address to which answers come; it may hold `+token` in front of the `@` as the place of the reply token. Null: `from`. */
  replyTo: string | null;
}

/** How the gateway shows who it is. Secrets by their name in the System. */
export type Auth =
  | { kind: "none" }
  | { kind: "basic"; user: string; password: string }
  | { kind: "apiKey"; header: string; key: string }
  | { kind: "oauth2"; tokenUrl: string; clientId: string; clientSecret: string; scope: string | null }
  | { kind: "wsse"; user: string; password: string; digest: boolean }
  /** Standard Webhooks 1.0, symmetric: each secret (`whsec_…`) signs, so that a receiver may change over in its own time. */
  | { kind: "standardWebhooks"; keys: readonly string[] };

/** Languages a body can be written in. */
export const LANGUAGES = ["jsonata", "liquid"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What leaves when something happens. It runs when its trigger fits, or when a group names it as one of its processes. */
export interface Mapping {
  name: string;
  active: boolean;
  description: string;
  system: string;
  /** Name of the System's API definition. */
  api: string;
  /** Null: only when a group names it. */
  trigger: Trigger | null;
  /** JSONata; anything but true ends the delivery as done, with nothing sent. Null always sends. */
  condition: string | null;
  language: Language;
  /** The expression or template of the body. */
  body: string;
}

/** All that is given must fit; a list fits when one of it does. */
export interface Trigger {
  /** Request type and direction; direction Out when not given. */
  requests: readonly { type: string; direction: "In" | "Out" }[] | null;
  /** The status the task, or ticket, has come to by this very event. */
  taskStatuses: readonly string[] | null;
  ticketStatuses: readonly string[] | null;
  /** Names of fields of which one was changed. */
  fields: readonly string[] | null;
  groups: readonly string[] | null;
  /** Kinds of alerts; a trigger with this list fits alerts and nothing else. */
  alerts: readonly AlertKind[] | null;
}
