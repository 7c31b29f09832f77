// The gateway with an eye on its event loop, for measuring only: the longest time it was held since it was last asked. It changes
// nothing of what is measured, and is no part of the product.
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
createServer((_request, response) => {
  response.end(JSON.stringify({ longestMs: delays.max / 1e6 }));
  delays.reset();
})
  .listen(process.env["CROSSDESK_BENCH_WATCH"])
  .unref();

await import("../../src/main.ts");
