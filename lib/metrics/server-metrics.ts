import { errorCodes, retryReasons } from "../protocol/codes.ts";
import { createCounter } from "./counter.ts";
import { createHistogram } from "./histogram.ts";
import { type Labels, type MetricFamily, prometheusText } from "./prometheus-text.ts";
import { type LeftRun, leftStates, type RunMeter } from "./run-meter.ts";

/** What a process says of itself when it is asked. Sizes in bytes, times in seconds. */
export interface ProcessGauges {
  liveRuns: number;
  openStreams: number;
  residentBytes: number;
  heapBytes: number;
  cpuSeconds: number;
  /** Unix time. */
  startedAt: number;
}

/** What a process has counted since it began: numbers, and labels that are known before anything happens. */
export interface ServerMetrics {
  meter: RunMeter;
  schedules: {
    /** A run was started here for a due time. */
    started(schedule: string): void;
    /** Due times that nobody started a run for. */
    missed(schedule: string, count: number): void;
  };
  /** In the text format of Prometheus. */
  text(gauges: ProcessGauges): string;
}

const appendBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const firstDeltaBounds = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120];
const runBounds = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** `build`: labels of what runs here, such as its version. */
export function createServerMetrics(build: Labels, scheduleNames: readonly string[] = []): ServerMetrics {
  const begun = createCounter("how", ["started", "resumed", "taken-over"]);
  const left = createCounter("state", leftStates);
  const failures = createCounter("code", errorCodes);
  const stops = createCounter("by", ["user", "server"]);
  const retries = createCounter("reason", retryReasons);
  const tokens = createCounter("direction", ["input", "output"]);
  const scheduled = createCounter("schedule", scheduleNames);
  const missed = createCounter("schedule", scheduleNames);
  const appends = createHistogram(appendBounds);
  const firstDeltas = createHistogram(firstDeltaBounds);
  const durations = createHistogram(runBounds);
  let takeovers = 0;
  let stored = { running: 0, queued: 0 };

  function countLeft({ state, code, stopBy, firstDeltaMs, durationMs, usage }: LeftRun): void {
    left.add(state);
    if (code !== undefined) failures.add(code);
    if (stopBy !== undefined) stops.add(stopBy);
    if (firstDeltaMs !== undefined) firstDeltas.observe(firstDeltaMs / 1000);
    if (durationMs !== undefined) durations.observe(durationMs / 1000);
    tokens.add("input", usage?.inputTokens ?? 0);
    tokens.add("output", usage?.outputTokens ?? 0);
  }

  return {
    meter: {
      began(how) {
        begun.add(how);
        if (how === "taken-over") takeovers += 1;
      },
      appended: (ms) => appends.observe(ms / 1000),
      retried: (reason) => retries.add(reason),
      left: countLeft,
      swept: (found) => void (stored = found),
    },
    schedules: {
      started: (schedule) => scheduled.add(schedule),
      missed: (schedule, count) => missed.add(schedule, count),
    },
    text: (gauges) =>
      prometheusText([
        gauge("rivulet_build_info", "What runs here.", 1, build),
        {
          ...{ name: "rivulet_runs", type: "gauge", help: "Runs in the store by state, at the last sweep." },
          samples: Object.entries(stored).map(([state, value]) => ({ labels: { state }, value })),
        },
        gauge("rivulet_live_runs", "Runs that this process drives.", gauges.liveRuns),
        gauge("rivulet_open_streams", "Event streams that readers have open here.", gauges.openStreams),
        counter("rivulet_runs_begun_total", "Runs that this process began to drive.", begun),
        counter("rivulet_runs_left_total", "Runs that it drives no longer, by how they stand.", left),
        counter("rivulet_run_errors_total", "Runs that failed, by code.", failures),
        {
          ...{ name: "rivulet_takeovers_total", type: "counter", help: "Runs of dead holders taken over." },
          samples: [{ value: takeovers }],
        },
        counter("rivulet_stops_total", "Runs that were stopped, by whom.", stops),
        counter("rivulet_model_retries_total", "Models asked again, by reason.", retries),
        counter("rivulet_tokens_total", "Tokens of the runs that ended here.", tokens),
        counter("rivulet_scheduled_runs_total", "Runs that were started here by the clock.", scheduled),
        counter("rivulet_missed_schedules_total", "Due times found missed here.", missed),
        histogram("rivulet_append_seconds", "From sending events to the store until they are kept.", appends),
        histogram("rivulet_first_delta_seconds", "From the start of a run to its first text.", firstDeltas),
        histogram("rivulet_run_seconds", "From the start of a run to its end.", durations),
        gauge("process_resident_memory_bytes", "Resident memory.", gauges.residentBytes),
        gauge("nodejs_heap_size_used_bytes", "Heap in use.", gauges.heapBytes),
        gauge("process_start_time_seconds", "When the process began, Unix time.", gauges.startedAt),
        {
          ...{ name: "process_cpu_seconds_total", type: "counter", help: "Processor time." },
          samples: [{ value: gauges.cpuSeconds }],
        },
      ]),
  };
}

const gauge = (name: string, help: string, value: number, labels: Labels = {}): MetricFamily => ({
  ...{ name, help, type: "gauge" },
  samples: [{ value, labels }],
});

const counter = (
  name: string,
  help: string,
  { samples }: Pick<ReturnType<typeof createCounter>, "samples">,
): MetricFamily => ({ name, help, type: "counter", samples: samples() });

const histogram = (
  name: string,
  help: string,
  { samples }: Pick<ReturnType<typeof createHistogram>, "samples">,
): MetricFamily => ({ name, help, type: "histogram", samples: samples() });
