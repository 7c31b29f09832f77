// How fast events leave: deliveries a second to a local sink, the time from a call answered to its webhook received, and what one dead
// System costs the others.
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { TestMariadb } from "../test/helpers/mariadb.ts";
import { drain, fill, type Running, start, TASKS, warmUp, withSink } from "./delivering.ts";
import { SOAP_PATH } from "../test/helpers/story.ts";
import { startPartner } from "../test/helpers/partner.ts";

export interface DeliveriesMeasured {
  name: string;
  says: string;
  /** The figure, and what it counts. */
  figure: number;
  unit: string;
  /** What does not add up; empty when all does. */
  wrong: readonly string[];
}

/** What it works with. */
interface Ground {
  folder: string;
  mariadb: TestMariadb | null;
  /** Seconds of calls that make the deliveries. */
  seconds: number;
}

/** What is measured, by name. A new one is a row of the list. */
const MEASURES: readonly {
  name: string;
  needs?: "mariadb";
  measure(name: string, ground: Ground): Promise<DeliveriesMeasured>;
}[] = [
  {
    name: "deliveries-sqlite",
    measure: (name, ground) => throughput(name, `sqlite:${path.join(ground.folder, "out.db")}`, ground),
  },
  {
    name: "deliveries-mariadb",
    needs: "mariadb",
    measure: async (name, ground) => throughput(name, (await ground.mariadb?.createDatabase()) ?? "", ground),
  },
  { name: "latency-sqlite", measure: latency },
  { name: "dead-system", measure: deadSystem },
];

export const DELIVERY_NAMES: readonly string[] = MEASURES.map((one) => one.name);

/** Measures those of `names`, one after the other. */
export async function measureDeliveries(ground: Ground, names: readonly string[]): Promise<DeliveriesMeasured[]> {
  const measured: DeliveriesMeasured[] = [];
  for (const { name, needs, measure } of MEASURES) {
    if (names.includes(name) && (needs !== "mariadb" || ground.mariadb)) measured.push(await measure(name, ground));
  }
  return measured;
}

const portOf = (url: string): number => Number(new URL(url).port);

function throughput(name: string, databaseUrl: string, { seconds }: Ground): Promise<DeliveriesMeasured> {
  return withSink(async (sink) => {
    const running = await start(databaseUrl, { sink: sink.url }, [portOf(sink.url)]);
    try {
      await warmUp(running, sink.url, ["sink"]);
      const made = await fill(running, seconds);
      const { seconds: took, seen } = await drain(running, sink.url, ["sink"], made);
      const { requests = 0, unique = 0 } = seen["/sink"] ?? {};
      const wrong = unique === made && requests === made ? [] : [`${made} deliveries, ${requests} received, ${unique} different`];
      return {
        name,
        says: `${made} webhooks, rendered by JSONata, each end committed`,
        figure: (made - 1) / took,
        unit: "deliveries/s",
        wrong,
      };
    } finally {
      await running.close();
    }
  });
}

const RATE = 200;
const LATENCY_SECONDS = 10;
const OPERATION = "ProcessInstanceTaskExternalAcknowledgement";

async function latency(name: string, { folder }: Ground): Promise<DeliveriesMeasured> {
  const arrived = new Map<string, number>();
  const all = Promise.withResolvers<void>();
  const partner = await startPartner((request, response) => {
    response.writeHead(204).end();
    arrived.set((JSON.parse(request.body) as { message: string }).message, performance.now());
    if (arrived.size === RATE * LATENCY_SECONDS) all.resolve();
  });
  const running = await start(`sqlite:${path.join(folder, "latency.db")}`, { sink: partner.url }, [partner.port]);
  try {
    const answered = new Map<string, number>();
    // The first delivery starts the process of expressions: that is not what is measured.
    await callLater(running, 0, { answered: new Map(), text: "the first" });
    await partner.request(1);
    arrived.clear();
    const calls = Array.from({ length: RATE * LATENCY_SECONDS }, (_, index) =>
      callLater(running, index, { answered, text: `call ${index}` }),
    );
    await Promise.all([...calls, Promise.race([all.promise, delay(60_000)])]);
    const times = [...answered].flatMap(([text, at]) => (arrived.has(text) ? [(arrived.get(text) ?? 0) - at] : []));
    times.sort((one, other) => one - other);
    const figure = Math.max(0, times[Math.floor(times.length * 0.99)] ?? Number.NaN);
    const p50 = Math.max(0, times[Math.floor(times.length / 2)] ?? Number.NaN);
    const wrong = times.length === calls.length ? [] : [`${calls.length} calls, ${times.length} webhooks`];
    return {
      name,
      says: `p99 from a SOAP call answered to its webhook received, at ${RATE} events/s (p50 ${p50.toFixed(1)} ms)`,
      figure,
      unit: "ms",
      wrong,
    };
  } finally {
    await running.close();
    await partner.close();
  }
}

interface Said {
  answered: Map<string, number>;
  /** Different for each call: the same bytes again would be a repeat. */
  text: string;
}

async function callLater({ gateway, site }: Running, index: number, { answered, text }: Said): Promise<void> {
  await delay((index * 1000) / RATE);
  const answer = await fetch(`${gateway.url}${SOAP_PATH}`, {
    method: "POST",
    headers: {
      "X-API-Key": site.keys.acme,
      "Content-Type": "text/xml; charset=utf-8",
      SOAPAction: `"http://tempuri.org/${OPERATION}"`,
    },
    body: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><${OPERATION} xmlns="http://tempuri.org/"><taskId>TSK-${(index % TASKS) + 1}</taskId><externalReference>INC-${index}</externalReference><message>${text}</message></${OPERATION}></soap:Body></soap:Envelope>`,
  });
  await answer.arrayBuffer();
  if (answer.ok) answered.set(text, performance.now());
}

/** The same deliveries with and without a third System that takes connections and never answers. */
async function deadSystem(name: string, ground: Ground): Promise<DeliveriesMeasured> {
  const dead = createServer().listen(0, "127.0.0.1");
  await once(dead, "listening");
  const deadUrl = `http://127.0.0.1:${(dead.address() as AddressInfo).port}`;
  try {
    const speeds: { alone: number[]; beside: number[] } = { alone: [], beside: [] };
    for (let round = 1; round <= 3; round++) {
      speeds.alone.push(await pair(ground, `alone-${round}`, {}));
      speeds.beside.push(await pair(ground, `beside-${round}`, { dead: deadUrl }));
    }
    const best = (list: readonly number[]): number => list.toSorted((one, other) => one - other)[1] ?? 0;
    const figure = (1 - best(speeds.beside) / best(speeds.alone)) * 100;
    const says = `what a dead System costs two others (${Math.round(best(speeds.alone))}/s without, ${Math.round(best(speeds.beside))}/s with it; medians of 3)`;
    return { name, says, figure, unit: "%", wrong: [] };
  } finally {
    dead.close();
  }
}

function pair({ folder, seconds }: Ground, name: string, others: Readonly<Record<string, string>>): Promise<number> {
  return withSink(async (sink) => {
    const urls = { a: sink.url, b: sink.url, ...others };
    const ports = [...new Set(Object.values(urls).map(portOf))];
    const running = await start(`sqlite:${path.join(folder, `${name}.db`)}`, urls, ports);
    try {
      await warmUp(running, sink.url, ["a", "b"]);
      const made = await fill(running, seconds);
      const { seconds: took } = await drain(running, sink.url, ["a", "b"], made);
      return (2 * (made - 1)) / took;
    } finally {
      await running.close();
    }
  });
}
