import type { NewestChange } from "../protocol/newest-change.ts";
import type { ClientEnvironment } from "./environment.ts";
import { fetchJson } from "./fetch-json.ts";

/** Between two questions to the server, ms: a burst of changes is one. */
const betweenMs = 700;
/** Between two looks, where nobody may wait, ms. */
const lookEveryMs = 1500;
/** After one that was not answered, ms. */
const failedMs = 10_000;
const unseenMs = 60_000;

/** The windows of one browser: one of them asks the server, and tells the others. */
export interface WindowGroup {
  /**
   * Runs `work` while no other window does, once it is this one's turn; returns early when the signal
   * aborts.
   */
  lead(signal: AbortSignal, work: () => Promise<void>): Promise<void>;
  /** One of them may wait for the answer; else each one that is seen looks for itself, and none waits. */
  canWait: boolean;
  announce(change: NewestChange): void;
  /** What another window tells, until the signal aborts. */
  onAnnounced(announced: (change: NewestChange) => void, signal: AbortSignal): void;
}

export interface ChangeListener {
  /** The tag of the newest change that is shown. */
  newest(): string;
  onChange(change: NewestChange): void;
}

/**
 * Calls `onChange` whenever the user's conversations are changed, by whomever, until the signal aborts. A
 * hidden window leaves it to those that are seen.
 */
export async function watchChanges(
  environment: ClientEnvironment,
  group: WindowGroup,
  { newest, onChange }: ChangeListener,
  signal: AbortSignal,
): Promise<void> {
  group.onAnnounced(onChange, signal);
  while (!signal.aborted) {
    if (!environment.isVisible()) {
      await environment.pause(unseenMs, signal);
      continue;
    }
    const over = new AbortController();
    const seen = AbortSignal.any([signal, over.signal]);
    environment.onPresence((presence) => presence === "hidden" && over.abort(), seen);
    await group.lead(seen, () =>
      readChanges(
        environment,
        group.canWait,
        {
          newest,
          onChange(change) {
            group.announce(change);
            onChange(change);
          },
        },
        seen,
      ),
    );
    over.abort();
  }
}

async function readChanges(
  { fetch, pause }: ClientEnvironment,
  canWait: boolean,
  { newest, onChange }: ChangeListener,
  signal: AbortSignal,
): Promise<void> {
  let tag = newest();
  while (!signal.aborted) {
    const url = canWait ? `/api/changes?after=${encodeURIComponent(tag)}` : "/api/changes";
    const result = await fetchJson<NewestChange>(fetch, url, { signal });
    if (signal.aborted) return;
    if ("value" in result) {
      if (result.value.tag !== tag) onChange(result.value);
      tag = result.value.tag;
    }
    await pause("value" in result ? (canWait ? betweenMs : lookEveryMs) : failedMs, signal);
  }
}
