import type { LiveRunView } from "../protocol/live-run-view.ts";
import type { BackgroundRuns } from "./background-runs.ts";
import type { ClientEnvironment } from "./environment.ts";
import { fetchJson } from "./fetch-json.ts";

/** While an answer is written in a conversation that is not shown; while the page is hidden; else, ms. */
const shownMs = 2_000;
const hiddenMs = 5_000;
const unwatchedMs = 60_000;

export interface BackgroundRunsWatch {
  environment: ClientEnvironment;
  background: BackgroundRuns;
  /** An answer is written in a conversation that is not shown. */
  isBusy(): boolean;
  /** Somebody wants to be notified while the page is hidden. */
  notifies(): boolean;
  /** The page is hidden, and the run has ended, or waits for a person. */
  notify(run: LiveRunView, what: "ended" | "waits"): void;
}

/**
 * Keeps what is known of the runs in the background until the signal aborts. A page that is seen asks while
 * there is one; a hidden one only where somebody wants to be notified.
 */
export async function watchBackgroundRuns(watch: BackgroundRunsWatch, signal: AbortSignal): Promise<void> {
  const { environment, background, isBusy, notifies } = watch;
  while (!signal.aborted) {
    const isHidden = !environment.isVisible();
    if (isHidden ? notifies() : isBusy()) await readLiveRuns(watch, isHidden);
    else if (!isHidden) background.set([]);
    const isWatching = background.getState().size > 0;
    await environment.pause(isHidden ? (isWatching ? hiddenMs : unwatchedMs) : shownMs, signal);
  }
}

async function readLiveRuns(
  { environment, background, notify }: BackgroundRunsWatch,
  isHidden: boolean,
): Promise<void> {
  const result = await fetchJson<{ runs: readonly LiveRunView[] }>(environment.fetch, "/api/runs");
  if (!("value" in result)) return;
  const { runs } = result.value;
  const before = [...background.getState().values()];
  background.set(runs);
  // The page may have been shown meanwhile.
  if (!isHidden || environment.isVisible()) return;
  for (const run of before) {
    const now = runs.find(({ runId }) => runId === run.runId);
    if (!now) notify(run, "ended");
    else if (now.status === "waiting" && run.status !== "waiting") notify(now, "waits");
  }
}
