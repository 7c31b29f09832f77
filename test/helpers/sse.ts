// Reads server-sent events as a browser does (WHATWG HTML, section 9.2.6): fields, ids that outlive their event, comments left out.
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";

/** An event as it was dispatched. */
export interface Sent {
  id: string;
  event: string;
  data: string;
}

export interface Source {
  status: number;
  headers: IncomingMessage["headers"];
  /** Events, one after the other; ends with the stream, however that ends. */
  events: AsyncGenerator<Sent>;
  /** Every line as it came so far. */
  lines: string[];
  /** The id of the last event, or that was sent without one. */
  lastId(): string;
  /** The body of an answer that is no stream. */
  text(): Promise<string>;
  /** The response itself, for a reader that takes nothing. */
  response: IncomingMessage;
  close(): void;
}

/** Opens a stream; a reader that is `lazy` takes nothing from its connection by itself. */
export async function openSource(
  url: string,
  headers: Record<string, string> = {},
  { lazy = false }: { lazy?: boolean } = {},
): Promise<Source> {
  const asked: ClientRequest = request(url, { headers: { accept: "text/event-stream", ...headers }, agent: false });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once("response", resolve).once("error", reject).end();
  });
  response.on("error", () => undefined);
  const lines: string[] = [];
  const state = { id: headers["last-event-id"] ?? "" };
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events: lazy ? nothing() : dispatched(response, lines, state),
    lines,
    lastId: () => state.id,
    text: async () => (await response.toArray()).join(""),
    response,
    close: () => void response.destroy(),
  };
}

async function* nothing(): AsyncGenerator<Sent> {}

async function* dispatched(response: IncomingMessage, lines: string[], state: { id: string }): AsyncGenerator<Sent> {
  let event = "message";
  let data: string[] = [];
  for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
    lines.push(line);
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "id") state.id = value;
    else if (field === "event") event = value;
    else if (field === "data") data.push(value);
    if (line !== "") continue;
    if (data.length > 0) yield { id: state.id, event, data: data.join("\n") };
    [event, data] = ["message", []];
  }
}
