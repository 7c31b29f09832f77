// Parcels for tests of transports and authentication: one System, one API, secrets as markers.
import type { Auth, RestApi, System } from "../../src/store/outgoing.ts";
import { DEFAULT_DELIVERY } from "../../src/store/outgoing.ts";
import type { Parcel, RenderInput } from "../../src/outbound/ports.ts";
import { createSecretKeeper } from "../../src/outbound/secrets.ts";

export const SECRETS: Readonly<Record<string, string>> = {
  password: "pass wörd/1",
  token: 'quo"te<&>\\end',
  path: "s3cret-path",
  old: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  new: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
};

export function restApi(url: string, more: Partial<RestApi> = {}): RestApi {
  const rest = { method: "POST", headers: {}, body: "json", success: "", auth: { kind: "none" } } as const;
  return { kind: "rest", ...rest, answer: { reference: null, update: null }, url, ...more };
}

export function systemOf(api: RestApi, more: Partial<System> = {}): System {
  return {
    ...{ name: "partner", active: true, description: "", provider: "acme", unrestricted: true, groups: [], projects: [] },
    ...{ properties: { tenant: "t1" }, secrets: SECRETS, apis: { main: api }, values: {}, limits: {} },
    delivery: { ...DEFAULT_DELIVERY },
    ...more,
  };
}

const keeper = createSecretKeeper("8f1c");

export function parcelOf(
  api: RestApi,
  value: unknown = { a: 1 },
  more: { system?: Partial<System>; input?: Partial<RenderInput> } = {},
): Parcel {
  const system = systemOf(api, more.system);
  const input: RenderInput = {
    event: { id: "e1" },
    task: { number: "TSK-1", custom: { site: "../a b" } },
    ticket: { number: "TKT/1" },
    message: null,
    props: system.properties,
    secrets: Object.fromEntries(Object.keys(system.secrets).map((name) => [name, keeper.marker(name)])),
    appFields: {},
    formFields: {},
    values: {},
    ...more.input,
  };
  return {
    delivery: { key: "dlv-0001", system: "partner", mapping: "m", task: "TSK-1", ticket: "TKT/1", event: "e1", at: 0 },
    ...{ system, api, value, input, attachments: [] },
    secrets: keeper.of(system),
  };
}

export const never = new AbortController().signal;

export function authContext(auth: Auth, more: { secrets?: Record<string, string>; body?: string; name?: string } = {}) {
  return {
    auth,
    context: {
      system: { name: more.name ?? "partner", secrets: more.secrets ?? SECRETS },
      key: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      body: Buffer.from(more.body ?? '{"test": 2432232314}'),
      timeoutMs: 20_000,
      signal: never,
    },
  };
}
