// Takes webhooks as fast as it can and counts them: how many came, how many different ids, when the last one came.
// `GET /` tells; a path is counted by itself.
import { createServer } from "node:http";
import { listenAndTell } from "./started.ts";

interface Count {
  requests: number;
  ids: Set<string>;
  lastAt: number;
}

const counts = new Map<string, Count>();

listenAndTell(
  createServer((request, response) => {
    if (request.method === "GET") {
      const told = [...counts].map(([path, { requests, ids, lastAt }]) => [path, { requests, unique: ids.size, lastAt }]);
      response.end(JSON.stringify(Object.fromEntries(told)));
      return;
    }
    const path = request.url ?? "";
    const count = counts.get(path) ?? { requests: 0, ids: new Set(), lastAt: 0 };
    counts.set(path, count);
    request.resume().once("end", () => {
      count.requests += 1;
      count.ids.add(String(request.headers["webhook-id"]));
      count.lastAt = Date.now();
      response.writeHead(204).end();
    });
  }),
);
