// The place-holders `${secret:NAME}`, `${prop:NAME}` and `${data:path}` in URLs and headers of an API definition, and what names secrets.
import type { ApiDefinition, Auth, System } from "./outgoing.ts";
import { wrong } from "./site-refusal.ts";

const OPEN = "${";
const PLACE = /\$\{([^{}]{1,200})\}/g;

/** The beginning of a place-holder for a secret. */
export const SECRET_PLACE = `${OPEN}secret:`;

export type PlaceKind = "secret" | "prop" | "data";

const SAYS: Readonly<Record<PlaceKind, string>> = {
  secret: `${OPEN}secret:NAME}`,
  prop: `${OPEN}prop:NAME}`,
  data: `${OPEN}data:path}`,
};

/** The names of the secrets that an API definition needs, with repeats. */
export function secretsUsed(api: ApiDefinition): string[] {
  const texts = api.kind === "email" ? [] : [api.url ?? "", ...Object.values(api.headers)];
  const placed = texts.flatMap((text) => [...text.matchAll(PLACE)].flatMap(([, inner = ""]) => secretIn(inner)));
  return [...secretsOfAuth(api.auth), ...placed];
}

function secretIn(inner: string): string[] {
  return inner.startsWith("secret:") ? [inner.slice("secret:".length)] : [];
}

/** The names of the secrets that stand in `auth`. */
export function secretsOfAuth(auth: Auth): readonly string[] {
  switch (auth.kind) {
    case "none":
      return [];
    case "basic":
    case "wsse":
      return [auth.password];
    case "apiKey":
      return [auth.key];
    case "oauth2":
      return [auth.clientSecret];
    case "standardWebhooks":
      return auth.keys;
  }
}

/** Throws unless every place-holder of a text is one of `kinds` and names something the System has. */
export function checkPlaces(where: string, text: string, system: System, kinds: readonly PlaceKind[]): void {
  const known =
    kinds.length === 0 ? "there are no place-holders here" : `place-holders here are ${kinds.map((one) => SAYS[one]).join(", ")}`;
  if (text.replaceAll(PLACE, "").includes(OPEN)) wrong(where, known);
  for (const [, inner = ""] of text.matchAll(PLACE)) {
    const kind = kinds.find((one) => inner.startsWith(`${one}:`) && inner.length > one.length + 1);
    if (kind === undefined) wrong(where, known);
    const name = inner.slice(kind.length + 1);
    if (kind === "secret" && !Object.hasOwn(system.secrets, name)) wrong(where, `the System has no secret ${name}`);
    if (kind === "prop" && !Object.hasOwn(system.properties, name)) wrong(where, `the System has no property ${name}`);
  }
}

/** Stands for data of a ticket while a URL is looked at; nobody's host has this name. */
const DATA_MARK = "crossdesk--data--mark";

/**
 * Throws unless a URL is `http` or `https` with a host that no ticket can choose, and without user information, which is deprecated
 * and shown by many a log (RFC 9110 section 4.2.4). Properties count with their values; a secret may stand for the beginning.
 */
export function checkUrl(where: string, url: string, system: System, kinds: readonly PlaceKind[]): void {
  checkPlaces(where, url, system, kinds);
  const filled = url.replaceAll(PLACE, (_, inner: string) => {
    if (inner.startsWith("prop:")) return system.properties[inner.slice("prop:".length)] ?? "";
    return inner.startsWith("data:") ? DATA_MARK : "1";
  });
  const parsed = URL.parse(url.startsWith(SECRET_PLACE) ? `https://${filled}` : filled);
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    wrong(where, "the URL is not a whole one that begins with https:// or http://");
  if (parsed.username !== "" || parsed.password !== "") wrong(where, "name and password stand in auth, not in the URL");
  if (parsed.host.includes(DATA_MARK)) wrong(where, "the host of a URL is never made from data of a ticket");
}
