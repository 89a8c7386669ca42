import assert from "node:assert/strict";
import { test } from "node:test";
import { summaryIn, summaryWords, withSummary } from "#lib/history/summary-in.ts";
import type { HistorySummary, Message } from "#lib/protocol/message.ts";
import { assistant, system, user } from "../../support/model-messages.ts";

const asks = (id: string): Message => ({
  ...{ id, parentId: null, runId: "r", role: "user", createdAt: 1, text: id },
});
const says = (id: string, summary?: Partial<HistorySummary>): Message => ({
  ...{ id, parentId: null, runId: "r", role: "assistant", createdAt: 1, agent: "a", model: "m", parts: [] },
  ...(summary && { summary: { upTo: "a1", messageCount: 2, ...summary } }),
});
const notes = { text: "Notes.", isOutside: false };

test("a summary counts from the question on that follows the answer it was made beside", () => {
  const path = [asks("q1"), says("a1"), asks("q2"), says("a2", { text: "Notes." })];
  assert.equal(summaryIn(path), undefined);
  assert.deepEqual(summaryIn([...path, asks("q3")]), { upTo: "a1", messageCount: 2, from: 2, ...notes });
});

test("of several the newest counts; none does that failed, or whose messages are not on the path", () => {
  const path = [asks("q1"), says("a1"), asks("q2"), says("a2", { text: "Old." })];
  const more = [asks("q3"), says("a3", { upTo: "a2", text: "New." }), asks("q4")];
  assert.equal(summaryIn([...path, ...more])?.text, "New.");
  assert.equal(
    summaryIn([...path, asks("q3"), says("a3", { upTo: "a2", errorText: "away" }), asks("q4")])?.text,
    "Old.",
  );
  assert.equal(
    summaryIn([...path, asks("q3"), says("a3", { upTo: "gone", text: "New." }), asks("q4")])?.text,
    "Old.",
  );
  assert.equal(summaryIn([asks("q1"), says("a1", { text: "Of itself." }), asks("q2")]), undefined);
});

test("it stands before the first question in one text, behind the one system message", () => {
  const summary = { upTo: "a1", messageCount: 2, from: 2, ...notes };
  const words = summaryWords(summary);
  assert.deepEqual(withSummary([system("S"), user("q2"), assistant("a2")], summary), [
    ...[system("S"), user(`${words}\n\nq2`), assistant("a2")],
  ]);
  assert.deepEqual(withSummary([system("S"), assistant("a2")], summary), [
    system("S"),
    { ...user(words), isWithinTurn: true },
    assistant("a2"),
  ]);
});

test("S61 one that was made of what others wrote is theirs", () => {
  assert.doesNotMatch(summaryWords(notes), /written-by-others/);
  assert.match(
    summaryWords({ ...notes, isOutside: true }),
    /<written-by-others id="[^"]+"[^>]*>\nNotes\.\n<\/written/,
  );
});
