import type { RunEvent } from "../../protocol/run-event.ts";

/** What is worth a line of its own in the story of a run; deltas are not. */
export type TimelineKind =
  | "start"
  | "step"
  | "reasoning"
  | "text"
  | "refusal"
  | "tool"
  | "approval"
  | "object"
  | "handoff"
  | "steered"
  | "source"
  | "workflow"
  | "progress"
  | "retry"
  | "gap"
  | "holder"
  | "reconnection"
  | "stop"
  | "end";

export interface TimelineRow {
  /** The event that it begins with. */
  seq: number;
  kind: TimelineKind;
  /** After the first event, ms. */
  atMs: number;
  /** An agent, a tool, an object, a reason: whatever the kind is about. */
  name: string;
  /** How long it took; absent: it has not ended, or takes no time. */
  ms?: number;
  /** Tokens that were written in the step, where its model reported them. */
  tokens?: number;
  /** The attempt that this is, of how many. */
  attempt?: number;
  of?: number;
  /** It went wrong, or was denied. */
  isBad?: true;
  /** How many tool calls it is inside. */
  depth: number;
}

/** The rows of a story while it is put together. What begins and ends is known by a key. */
export interface Story {
  readonly rows: TimelineRow[];
  atOf(event: RunEvent): number;
  add(event: RunEvent, kind: TimelineKind, name: string, more?: Partial<TimelineRow>): TimelineRow;
  open(key: string, row: TimelineRow): void;
  /** It has begun, whether it has ended or not. */
  has(key: string): boolean;
  nameOf(key: string): string;
  amend(key: string, change: Partial<TimelineRow>): void;
  close(key: string, event: RunEvent, isBad?: boolean): void;
  /** A call runs, a person is asked, or a step of a workflow works: that takes the time it takes. */
  isBusy(): boolean;
  depthOfKey(key: string): number;
  /** Of what is in that step. */
  depthOf(stepId: string | undefined): number;
  /** Of a step that is inside that call. */
  depthInside(toolCallId: string | undefined): number;
}

export function createStory(firstTs: number): Story {
  const rows: TimelineRow[] = [];
  const byKey = new Map<string, TimelineRow>();
  const busy = new Set<string>();
  const atOf = (event: RunEvent) => Math.max(0, event.ts - firstTs);
  const depthAt = (key: string) => byKey.get(key)?.depth ?? 0;
  return {
    rows,
    atOf,
    add(event, kind, name, more = {}) {
      const row: TimelineRow = { seq: event.seq, kind, atMs: atOf(event), name, depth: 0, ...more };
      rows.push(row);
      return row;
    },
    open(key, row) {
      byKey.set(key, row);
      if (/^(call|approval|workflow) /.test(key)) busy.add(key);
    },
    has: (key) => byKey.has(key),
    nameOf: (key) => byKey.get(key)?.name ?? "",
    amend(key, change) {
      const row = byKey.get(key);
      if (row) Object.assign(row, change);
    },
    close(key, event, isBad = false) {
      busy.delete(key);
      const row = byKey.get(key);
      if (!row) return;
      row.ms = Math.max(0, atOf(event) - row.atMs);
      if (isBad) row.isBad = true;
    },
    depthOfKey: (key) => byKey.get(key)?.depth ?? -1,
    isBusy: () => busy.size > 0,
    depthOf: (stepId) => (stepId === undefined ? 0 : depthAt(`step ${stepId}`)),
    depthInside: (toolCallId) => (toolCallId === undefined ? 0 : depthAt(`call ${toolCallId}`) + 1),
  };
}
