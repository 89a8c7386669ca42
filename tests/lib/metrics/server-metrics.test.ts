import assert from "node:assert/strict";
import { test } from "node:test";
import { createServerMetrics, type ServerMetrics } from "#lib/metrics/server-metrics.ts";

const gauges = {
  ...{ liveRuns: 2, openStreams: 3, residentBytes: 4, heapBytes: 5, cpuSeconds: 6.5, startedAt: 7 },
};

/** Every sample, by its name with its labels. */
const samplesOf = (metrics: ServerMetrics): Record<string, number> =>
  Object.fromEntries(
    metrics
      .text(gauges)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );

test("runs are counted by how they begin and how they are left, with what they took", () => {
  const metrics = createServerMetrics({ version: "1.2.3", store: "sqlite" });
  const { meter } = metrics;
  for (const how of ["started", "started", "resumed", "taken-over"] as const) meter.began(how);
  meter.left({
    ...{ state: "finished", firstDeltaMs: 400, durationMs: 1500 },
    usage: { inputTokens: 10, outputTokens: 20, source: "provider" },
  });
  meter.left({ state: "failed", code: "unreachable", durationMs: 40 });
  meter.left({ state: "stopped", stopBy: "user", durationMs: 700 });
  meter.left({ state: "waiting" });
  meter.retried("starting");
  meter.appended(3);
  meter.appended(40);
  meter.swept({ running: 4, queued: 1 });
  const samples = samplesOf(metrics);
  const expected = {
    'rivulet_build_info{version="1.2.3",store="sqlite"}': 1,
    'rivulet_runs{state="running"}': 4,
    'rivulet_runs{state="queued"}': 1,
    rivulet_live_runs: 2,
    rivulet_open_streams: 3,
    'rivulet_runs_begun_total{how="started"}': 2,
    'rivulet_runs_begun_total{how="taken-over"}': 1,
    rivulet_takeovers_total: 1,
    'rivulet_runs_left_total{state="finished"}': 1,
    'rivulet_runs_left_total{state="waiting"}': 1,
    'rivulet_runs_left_total{state="lost"}': 0,
    'rivulet_run_errors_total{code="unreachable"}': 1,
    'rivulet_stops_total{by="user"}': 1,
    'rivulet_model_retries_total{reason="starting"}': 1,
    'rivulet_tokens_total{direction="input"}': 10,
    'rivulet_tokens_total{direction="output"}': 20,
    'rivulet_append_seconds_bucket{le="0.005"}': 1,
    'rivulet_append_seconds_bucket{le="0.05"}': 2,
    rivulet_append_seconds_count: 2,
    'rivulet_first_delta_seconds_bucket{le="0.5"}': 1,
    rivulet_run_seconds_count: 3,
    process_resident_memory_bytes: 4,
    process_cpu_seconds_total: 6.5,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(samples[name], value, name);
});

test("a code, a reason or a name that is not known beforehand is `other`", () => {
  const metrics = createServerMetrics({});
  metrics.meter.left({ state: "failed", code: "said by a newer build", stopBy: "a person's name" });
  metrics.meter.retried("words of a provider");
  const text = metrics.text(gauges);
  assert.doesNotMatch(text, /newer|person|words/);
  assert.equal(samplesOf(metrics)['rivulet_stops_total{by="other"}'], 1);
});

test("every family has its help and its type, and each name stands once", () => {
  const text = createServerMetrics({ version: "1" }).text(gauges);
  const named = (kind: string) =>
    [...text.matchAll(new RegExp(`^# ${kind} (\\S+) \\S`, "gm"))].map(([, name]) => name);
  assert.deepEqual(named("HELP"), named("TYPE"));
  assert.equal(new Set(named("TYPE")).size, named("TYPE").length);
  for (const line of text.trimEnd().split("\n"))
    assert.match(line, /^(# (HELP|TYPE) .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [\d.e+-]+)$/);
});
