// Calls the API of a running gateway in the name of whoever started the command. It never prints the key.
import { type Call, type Option, Stopped, textOf, WrongUsage } from "./command.ts";

/** The options of every command that can work through a running gateway. */
export const GATEWAY_OPTIONS = {
  url: { type: "string", value: "URL", says: "a running gateway, such as http://127.0.0.1:8080 (or CROSSDESK_URL)" },
  key: {
    type: "string",
    value: "KEY",
    says: "an administrator's API key for it; CROSSDESK_API_KEY keeps it off the process list",
  },
} as const satisfies Record<string, Option>;

export interface Gateway {
  url: URL;
  /** The answer as it comes, for bodies that are long or not JSON. Refusals are thrown. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends a value as JSON (nothing for GET) and reads the answer. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** The gateway answered that it will not do it. `detail` is its own sentence. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string | undefined;
  constructor(status: number, code: string | undefined, detail: string) {
    super(`The gateway answered ${status}: ${detail}`);
    this.status = status;
    this.code = code;
  }
}

/** The gateway named by `--url` or CROSSDESK_URL, or null when none is named. */
export function gatewayOf(call: Call): Gateway | null {
  const given = textOf(call, "url") ?? call.env["CROSSDESK_URL"];
  if (given === undefined || given === "") return null;
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    throw new WrongUsage(`"${given}" is no address of a gateway, such as http://127.0.0.1:8080.`);
  const key = textOf(call, "key") ?? call.env["CROSSDESK_API_KEY"] ?? "";
  if (key === "") throw new WrongUsage("Give an administrator's key with --key or CROSSDESK_API_KEY.");
  return gatewayAt(new URL(given), key, call.signal);
}

/** The same where a command has no other way. */
export function needGateway(call: Call): Gateway {
  const gateway = gatewayOf(call);
  if (gateway === null) throw new WrongUsage("Name the running gateway with --url or CROSSDESK_URL.");
  return gateway;
}

const TIMEOUT_MS = 60_000;

function gatewayAt(url: URL, key: string, stop: AbortSignal): Gateway {
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("x-api-key", key);
    const signal = AbortSignal.any([stop, init.signal ?? AbortSignal.timeout(TIMEOUT_MS)]);
    const answer = await fetch(new URL(path, url), { redirect: "manual", ...init, headers, signal }).catch((cause: unknown) => {
      if (stop.aborted) throw new Stopped("Stopped.");
      throw new Error(`The gateway at ${url.origin} cannot be reached: ${reasonOf(cause)}`, { cause });
    });
    if (answer.ok) return answer;
    throw await refusalOf(answer);
  };
  return {
    url,
    fetch: send,
    async call<T>(method: string, path: string, body?: unknown) {
      const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      return (await (await send(path, { method, ...sent })).json()) as T;
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || String((error.cause as { code?: string }).code) : error.message;
}

async function refusalOf(answer: Response): Promise<Refused> {
  const text = await answer.text().catch(() => "");
  try {
    const { code, detail, title } = JSON.parse(text) as { code?: string; detail?: string; title?: string };
    return new Refused(answer.status, code, detail ?? title ?? "");
  } catch {
    return new Refused(answer.status, undefined, answer.statusText);
  }
}
