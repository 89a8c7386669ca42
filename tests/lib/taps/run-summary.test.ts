import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { runSummary } from "#lib/taps/run-summary.ts";
import {
  abort,
  error,
  finish,
  interrupted,
  type Line,
  log,
  reasoning,
  retry,
  start,
  text,
  toolApprovalRequest,
  toolCall,
} from "../../support/event-builders.ts";

/** What it writes of a log, given in pieces. */
function linesOf(events: readonly RunEvent[], { afterSeq = 0, dropped = 0 } = {}): object[] {
  const lines: object[] = [];
  const run = { runId: "r", conversationId: "c", userId: "u", agent: "assistant", afterSeq };
  const observer = runSummary.open(run, (line) => void lines.push(line));
  for (const event of events) void observer?.take([event], event === events[0] ? dropped : 0);
  void observer?.end?.();
  return lines;
}

const asked = { level: "info", message: "a run ended", runId: "r", agent: "assistant" };

test("one line says how a run ended, what was written and what it cost, and none of its words", () => {
  const timings = { queuedMs: 1, durationMs: 7200, ttftMs: 410 };
  const total = { inputTokens: 12, outputTokens: 34, cost: 0.002, source: "provider" } as const;
  const [begun, ...lines] = linesOf(
    log(
      start({ model: "m" }),
      reasoning("hm, "),
      text("secret "),
      text("words"),
      toolCall("look", { at: "secret" }),
      { type: "finish", finishReason: "stop", total, timings },
    ),
  );
  assert.deepEqual(begun, {
    ...{ level: "info", message: "a run began", runId: "r", conversationId: "c" },
    ...{ agent: "assistant", model: "m" },
  });
  assert.deepEqual(lines, [
    {
      ...asked,
      model: "m",
      ending: "finish",
      reason: "stop",
      ...timings,
      ...total,
      textCharacters: 12,
      thoughtCharacters: 4,
      toolCalls: 1,
      retries: 0,
    },
  ]);
  assert.doesNotMatch(JSON.stringify(lines), /secret/);
});

const endings: [line: Line, ending: string, reason: string][] = [
  [finish("length"), "finish", "length"],
  [abort(), "abort", "user"],
  [error("unreachable"), "error", "unreachable"],
  [interrupted(), "interrupted", "owner-gone"],
];
for (const [line, ending, reason] of endings)
  test(`${ending}: ${reason}`, () => {
    const [, entry] = linesOf(log(retry(), text("a"), line));
    assert.ok(entry);
    assert.deepEqual({ ...entry }, { ...entry, ending, reason, retries: 1 });
  });

const gone = { ...asked, message: "a run is driven here no longer" };

test("a run that goes on elsewhere is only left here, and what was not seen is counted where it ends", () => {
  const events = log(text("one "), text("two"), finish());
  assert.deepEqual(linesOf(events.slice(0, -1)).slice(1), [gone]);
  const [line] = linesOf(events.slice(3), { afterSeq: 3, dropped: 2 });
  assert.deepEqual(line && "unseenEvents" in line && line.unseenEvents, 5);
});

test("a run that waits for a person says so, and not what it asks", () => {
  const waits = { ...asked, message: "a run waits for a person", questions: 1 };
  const events = log(text("a"), toolCall("write", { at: "secret" }), toolApprovalRequest());
  assert.deepEqual(linesOf(events).slice(1), [waits]);
});
