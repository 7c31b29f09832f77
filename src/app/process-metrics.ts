// The numbers of the process itself, under the names that dashboards for Prometheus know.
import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { type Family, single } from "../lib/metrics.ts";

export interface ProcessMetrics {
  families(): Family[];
  /** Stops watching the event loop. */
  close(): void;
}

const RESOLUTION_MS = 20;
const QUANTILES = [0.5, 0.9, 0.99, 1];

/** `dataFolder` is where the database lies when it is a file of this machine; null when it is a server's. */
export function createProcessMetrics(dataFolder: string | null): ProcessMetrics {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    families() {
      const samples = QUANTILES.map((quantile) => ({
        labels: { quantile: String(quantile) },
        value: Math.max(0, delay.percentile(quantile * 100) / 1e9 - RESOLUTION_MS / 1000),
      }));
      delay.reset();
      const help = "How late the event loop was since the last time these numbers were read.";
      return [
        { name: "crossdesk_event_loop_delay_seconds", type: "gauge", help, samples },
        ...loopFamilies(),
        ...processFamilies(),
        ...memoryFamilies(),
        ...descriptorFamilies(),
        ...(dataFolder === null ? [] : diskFamilies(dataFolder)),
      ];
    },
    close: () => delay.disable(),
  };
}

function loopFamilies(): Family[] {
  const { active } = performance.eventLoopUtilization();
  return [
    single("counter", "crossdesk_event_loop_busy_seconds_total", "Time in which the event loop did something.", active / 1000),
  ];
}

function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  return [
    single("counter", "process_cpu_user_seconds_total", "User CPU time.", user / 1e6),
    single("counter", "process_cpu_system_seconds_total", "System CPU time.", system / 1e6),
    single("counter", "process_cpu_seconds_total", "User and system CPU time.", (user + system) / 1e6),
    single(
      "gauge",
      "process_start_time_seconds",
      "When the process started, in seconds since 1970.",
      performance.timeOrigin / 1000,
    ),
  ];
}

function memoryFamilies(): Family[] {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  return [
    single("gauge", "process_resident_memory_bytes", "Memory in use, as the system counts it.", rss),
    single("gauge", "nodejs_heap_size_total_bytes", "Memory taken for the heap of the main thread.", heapTotal),
    single("gauge", "nodejs_heap_size_used_bytes", "Memory of that in use.", heapUsed),
    single("gauge", "nodejs_external_memory_bytes", "Memory outside the heap, such as buffers.", external),
  ];
}

/** Where the system has no /proc there are none. */
function descriptorFamilies(): Family[] {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    const most = soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
    return [
      single("gauge", "process_open_fds", "Open files and connections.", readdirSync("/proc/self/fd").length),
      single("gauge", "process_max_fds", "Most files and connections that may be open.", most),
    ];
  } catch {
    return [];
  }
}

function diskFamilies(folder: string): Family[] {
  try {
    const { bsize, bavail, blocks } = statfsSync(folder);
    return [
      single("gauge", "crossdesk_disk_free_bytes", "Room left on the disk of the database.", bsize * bavail),
      single("gauge", "crossdesk_disk_size_bytes", "Size of the disk of the database.", bsize * blocks),
    ];
  } catch {
    return [];
  }
}
