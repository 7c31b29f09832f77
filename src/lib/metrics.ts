// Numbers of a running process, and how they are written for Prometheus: its text format 0.0.4 and OpenMetrics 1.0. Counting is
// adding to a plain number, so that it costs nothing where it matters; names and labels are put together when somebody asks.

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  labels?: Labels;
  value: number;
}

/** Values that only grow (`counter`, its name ends in `_total`) or go up and down (`gauge`). */
export interface NumberFamily {
  name: string;
  type: "counter" | "gauge";
  help: string;
  samples: readonly Sample[];
}

export interface HistogramFamily {
  name: string;
  type: "histogram";
  help: string;
  histograms: readonly { labels?: Labels; of: Histogram }[];
}

/** All samples of one name. */
export type Family = NumberFamily | HistogramFamily;

/** Counts values by the smallest bound that holds them. */
export interface Histogram {
  readonly bounds: readonly number[];
  observe(value: number): void;
  /** How many values are within each bound, the last number being all of them. */
  cumulated(): number[];
  sum(): number;
}

/** `bounds` rise; what is above the last is counted as well. */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  let sum = 0;
  return {
    bounds,
    observe(value) {
      let place = 0;
      while (place < bounds.length && value > (bounds[place] as number)) place += 1;
      counts[place] = (counts[place] as number) + 1;
      sum += value;
    },
    cumulated() {
      let total = 0;
      return counts.map((count) => (total += count));
    },
    sum: () => sum,
  };
}

/** Counts that are told apart by one word, such as a code. The words must be few and known. */
export interface Counts<K extends string = string> {
  add(key: K, by?: number): void;
  entries(): Iterable<[K, number]>;
}

export function createCounts<K extends string = string>(): Counts<K> {
  const counts = new Map<K, number>();
  return {
    add: (key, by = 1) => void counts.set(key, (counts.get(key) ?? 0) + by),
    entries: () => counts.entries(),
  };
}

/** A counter, or a gauge, without labels. */
export function single(type: NumberFamily["type"], name: string, help: string, value: number): NumberFamily {
  return { name, type, help, samples: [{ value }] };
}

/** In which words the numbers are written. */
export type MetricsFormat = "text" | "openmetrics";

export const METRICS_TYPES: Readonly<Record<MetricsFormat, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** Writes families in their order; those without a sample are left out. */
export function writeMetrics(families: readonly Family[], format: MetricsFormat): string {
  const lines = families.flatMap((family) => {
    const samples = linesOf(family, format);
    return samples.length > 0 ? [...headOf(family, format), ...samples] : [];
  });
  if (format === "openmetrics") lines.push("# EOF");
  return `${lines.join("\n")}\n`;
}

/** OpenMetrics names a counter's family without the ending that its samples have. */
function headOf({ name, type, help }: Family, format: MetricsFormat): string[] {
  const family = format === "openmetrics" && type === "counter" ? name.replace(/_total$/, "") : name;
  const text = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return [`# HELP ${family} ${text}`, `# TYPE ${family} ${type}`];
}

function linesOf(family: Family, format: MetricsFormat): string[] {
  const { name } = family;
  if (family.type !== "histogram")
    return family.samples.map(({ labels, value }) => `${name}${labelText(labels)} ${numberText(value)}`);
  return family.histograms.flatMap(({ labels, of }) => {
    const counts = of.cumulated();
    const count = numberText(counts.at(-1) ?? 0);
    const buckets = [...of.bounds, Number.POSITIVE_INFINITY].map((bound, place) => {
      const le = boundText(bound, format);
      return `${name}_bucket${labelText({ ...labels, le })} ${numberText(counts[place] ?? 0)}`;
    });
    return [...buckets, `${name}_sum${labelText(labels)} ${numberText(of.sum())}`, `${name}_count${labelText(labels)} ${count}`];
  });
}

function labelText(labels: Labels = {}): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return parts.length > 0 ? `{${parts.join(",")}}` : "";
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/** OpenMetrics wants a bound to look like a number with a fraction. */
function boundText(bound: number, format: MetricsFormat): string {
  const text = numberText(bound);
  return format === "openmetrics" && Number.isInteger(bound) ? `${text}.0` : text;
}
