// Reads what `/metrics` answers as strictly as a Prometheus would, and more: each name announced once and before its samples, no sample
// twice, histograms whose buckets rise. It throws at the first line that is wrong.
import assert from "node:assert/strict";

export interface ReadSample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface ReadFamily {
  name: string;
  type: string;
  help: string;
  samples: ReadSample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/;
const NUMBER = /^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/;
const UNITS = /_(?:seconds|bytes|total|info|units|events|position|limit|up|open|dead|fds|way|mails|waiting|streams)(?:_total)?$/;

/** Reads the text format, or OpenMetrics, which differs in the names of counters and its end. */
export function readExposition(text: string, openmetrics = false): Map<string, ReadFamily> {
  assert.ok(text.endsWith("\n"), "the last line has its end");
  const lines = text.slice(0, -1).split("\n");
  if (openmetrics) assert.equal(lines.pop(), "# EOF");
  const families = new Map<string, ReadFamily>();
  const seen = new Set<string>();
  let current: ReadFamily | undefined;
  for (const line of lines) {
    const [, name = "", help] = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line) ?? [];
    if (help !== undefined) {
      assert.ok(!families.has(name), `${name} is announced once`);
      current = { name, type: "", help, samples: [] };
      families.set(name, current);
      continue;
    }
    const [, typed, type = ""] = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line) ?? [];
    assert.ok(current, line);
    if (typed !== undefined) {
      assert.deepEqual([typed, current.type], [current.name, ""], line);
      current.type = type;
      continue;
    }
    assert.ok(!seen.has(line.replace(/ \S+$/, "")), `twice: ${line}`);
    seen.add(line.replace(/ \S+$/, ""));
    current.samples.push(readSample(line));
  }
  for (const family of families.values()) checkFamily(family, openmetrics);
  return families;
}

function readSample(line: string): ReadSample {
  const [, name = "", inner = "", value = ""] = SAMPLE.exec(line) ?? [];
  assert.match(value, NUMBER, line);
  const labels: Record<string, string> = {};
  for (let rest = inner; rest !== ""; ) {
    const [whole = "", label = "", text = ""] = LABEL.exec(rest) ?? [];
    assert.ok(whole !== "" && !(label in labels), line);
    labels[label] = text.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}

function checkFamily({ name, type, samples }: ReadFamily, openmetrics: boolean): void {
  assert.ok(samples.length > 0, `${name} has samples`);
  const bare = openmetrics && type === "counter" ? name : name.replace(/_total$/, "");
  assert.equal(!openmetrics && name.endsWith("_total"), !openmetrics && type === "counter", `${name} ends as a ${type} does`);
  assert.match(type === "counter" ? `${bare}_total` : name, UNITS, `${name} tells its unit`);
  const endings = { counter: openmetrics ? ["_total"] : [""], gauge: [""], histogram: ["_bucket", "_sum", "_count"] }[type];
  for (const sample of samples) {
    assert.ok(
      endings?.some((ending) => sample.name === name + ending),
      `${sample.name} belongs to ${name}`,
    );
    assert.ok(type === "gauge" || sample.value >= 0, `${sample.name} never falls`);
  }
  if (type === "histogram") checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly ReadSample[]): void {
  const series = Map.groupBy(samples, ({ labels: { le: _, ...others } }) => JSON.stringify(others));
  for (const [labels, own] of series) {
    const buckets = own.filter((one) => one.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels: { le } }) => Number((le ?? "").replace("+Inf", "Infinity")));
    const counts = buckets.map(({ value }) => value);
    assert.deepEqual(
      bounds,
      bounds.toSorted((one, other) => one - other),
      `${name}${labels}`,
    );
    assert.deepEqual(
      counts,
      counts.toSorted((one, other) => one - other),
      `${name}${labels} adds up`,
    );
    assert.equal(bounds.at(-1), Number.POSITIVE_INFINITY);
    assert.equal(counts.at(-1), own.find((one) => one.name === `${name}_count`)?.value);
  }
}

/** The value of the one sample with these labels; undefined when there is none. */
export function sampleValue(
  families: ReadonlyMap<string, ReadFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = families
    .get(name)
    ?.samples.filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));
  assert.ok((found?.length ?? 0) <= 1, `${name} ${JSON.stringify(labels)} is one sample`);
  return found?.[0]?.value;
}
