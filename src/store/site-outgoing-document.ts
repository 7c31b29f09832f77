// Systems and mappings as an operator writes them: the shapes of outgoing.ts with everything optional that has a sensible default.
// Kept in step by hand with the schemas of openapi/gateway.yaml.
import type { AlertKind } from "../core/events.ts";
import type { DeliveryRules, EmailApi, FieldLimit, Language, RestApi, SoapApi } from "./outgoing.ts";

/** A document stands for the whole System: what it leaves out takes its default. Secrets alone are kept, see `secrets`. */
export interface SystemDocument {
  name: string;
  /** True when absent. */
  active?: boolean;
  description?: string;
  /** The provider it belongs to; an application of the desk has none. */
  provider?: string | null;
  /** Whether its mappings may see every task. */
  unrestricted?: boolean;
  groups?: readonly string[];
  projects?: readonly string[];
  properties?: Readonly<Record<string, string>>;
  /**
   * By name a secret in clear text, `generate` to have one made and answered once, or `kept` (or null) for the present one.
   * When the whole table is absent all secrets stay; otherwise those go that it does not name and no API definition uses.
   */
  secrets?: Readonly<Record<string, string | null>>;
  apis?: Readonly<Record<string, ApiDocument>>;
  /** By name of the table our words to theirs, as a map or as pairs. */
  values?: Readonly<Record<string, ValuesDocument>>;
  limits?: Readonly<Record<string, Partial<FieldLimit>>>;
  delivery?: Partial<DeliveryRules>;
}

export type ValuesDocument = Readonly<Record<string, string>> | readonly (readonly [ours: string, theirs: string])[];

/** Words that stand for a secret in place of its text. */
export const SECRET_WORDS = { make: "generate", keep: "kept" } as const;

export interface AnswerDocument {
  reference?: string | null;
  update?: string | null;
}

export type AuthDocument =
  | { kind: "none" }
  | { kind: "basic"; user: string; password: string }
  | { kind: "apiKey"; header: string; key: string }
  | { kind: "oauth2"; tokenUrl: string; clientId: string; clientSecret: string; scope?: string | null }
  | { kind: "wsse"; user: string; password: string; digest?: boolean }
  | { kind: "standardWebhooks"; keys: readonly string[] };

interface Shared {
  auth?: AuthDocument;
  answer?: AnswerDocument;
}

/** `T` with only the fields of `K` required, and auth and answer as an operator writes them. */
type Written<T, K extends keyof T> = Pick<T, K> & Partial<Omit<T, K | keyof Shared>> & Shared;

export type RestDocument = Written<RestApi, "kind" | "url">;
export type SoapDocument = Written<SoapApi, "kind" | "wsdl" | "operation">;
export type EmailDocument = Written<EmailApi, "kind" | "host" | "from" | "to">;
export type ApiDocument = RestDocument | SoapDocument | EmailDocument;

export interface TriggerDocument {
  /** Direction Out when absent. */
  requests?: readonly { type: string; direction?: "In" | "Out" }[] | null;
  taskStatuses?: readonly string[] | null;
  ticketStatuses?: readonly string[] | null;
  fields?: readonly string[] | null;
  groups?: readonly string[] | null;
  /** Stands alone: such a trigger fits alerts and nothing else. */
  alerts?: readonly AlertKind[] | null;
}

export interface MappingDocument {
  name: string;
  /** True when absent. */
  active?: boolean;
  description?: string;
  system: string;
  /** May be absent when the System has exactly one. */
  api?: string;
  /** Without it the mapping runs only where a group names it. */
  trigger?: TriggerDocument | null;
  condition?: string | null;
  /** JSONata when absent. */
  language?: Language;
  /** May be absent only where the API definition sends no body. */
  body?: string;
}
