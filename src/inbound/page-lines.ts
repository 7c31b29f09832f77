// The log line of what is no message of a channel: pages, health, metrics. Where nothing is, all paths count as one.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Identify } from "./admit.ts";
import { pathOf } from "./http.ts";
import type { Report } from "./visit.ts";

type Handle = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Asked for every few seconds by monitors. */
const QUIET: readonly string[] = ["healthz", "readyz", "metrics"];
const OUTCOMES: Readonly<Record<number, string>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "unknown_path",
  405: "method_not_allowed",
  429: "rate_limited",
  500: "internal",
};

/** Has one line written for each request, when its answer has left or its client has gone. */
export function withLines(handle: Handle, { identify, report }: { identify: Identify; report: Report }): Handle {
  return (request, response) => {
    const startedAt = performance.now();
    response.once("close", () => {
      const { statusCode: status } = response;
      const [, page = ""] = pathOf(request.url ?? "/").split("/");
      const operation = status === 404 ? "unknown" : page === "" ? "start" : page;
      report(
        { ...identify(request), caller: null },
        {
          channel: "pages",
          operation,
          status,
          outcome: status < 400 ? "done" : (OUTCOMES[status] ?? "invalid_request"),
          bytes: 0,
          bytesOut: Number(response.getHeader("content-length") ?? 0),
          agent: request.headers["user-agent"],
          quiet: QUIET.includes(page) && status < 500,
        },
        startedAt,
      );
    });
    return handle(request, response);
  };
}
