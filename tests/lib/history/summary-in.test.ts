import assert from "node:assert/strict";
import { test } from "node:test";
import { summaryIn, summaryWords, withSummary } from "#lib/history/summary-in.ts";
import type { HistorySummary, Message } from "#lib/protocol/message.ts";
import { assistant, system, user } from "../../support/model-messages.ts";

const asks = (id: string, text = id): Message => ({
  ...{ id, parentId: null, runId: "r", role: "user", createdAt: 1, text },
});
const says = (id: string, summary?: Partial<HistorySummary>): Message => ({
  ...{ id, parentId: null, runId: "r", role: "assistant", createdAt: 1, agent: "a", model: "m", parts: [] },
  ...(summary && { summary: { upTo: "a1", messageCount: 2, ...summary } }),
});
const notes = { text: "Notes.", isOutside: false };

test("a summary counts from the question on that follows the answer it was made beside", () => {
  const path = [asks("q1"), says("a1"), asks("q2"), says("a2", { text: "Notes." })];
  assert.equal(summaryIn(path, 1), undefined);
  assert.deepEqual(summaryIn([...path, asks("q3")], 1), { upTo: "a1", messageCount: 2, from: 2, ...notes });
});

test("of several the newest counts; none does that failed, or whose messages are not on the path", () => {
  const path = [asks("q1"), says("a1"), asks("q2"), says("a2", { text: "Old." })];
  const more = [asks("q3"), says("a3", { upTo: "a2", text: "New." }), asks("q4")];
  assert.equal(summaryIn([...path, ...more], 1)?.text, "New.");
  assert.equal(
    summaryIn([...path, asks("q3"), says("a3", { upTo: "a2", errorText: "away" }), asks("q4")], 1)?.text,
    "Old.",
  );
  assert.equal(
    summaryIn([...path, asks("q3"), says("a3", { upTo: "gone", text: "New." }), asks("q4")], 1)?.text,
    "Old.",
  );
  assert.equal(summaryIn([asks("q1"), says("a1", { text: "Of itself." }), asks("q2")], 1), undefined);
});

test("it counts only where what was said is more than fits well, then the one that stands for least, and as it grows it only moves on", () => {
  const long = "x".repeat(297);
  const path: Message[] = Array.from({ length: 30 }, (_, n): Message[] => {
    const summary = { 5: { upTo: "a4", text: "First." }, 12: { upTo: "a9", text: "Second." } }[n];
    return [asks(`q${n}`, long), says(`a${n}`, summary)];
  }).flat();
  const countsAt = (budget: number) =>
    Array.from({ length: 17 }, (_, n) => summaryIn(path.slice(0, 2 * (13 + n) + 1), budget)?.text ?? "");
  assert.deepEqual(new Set(countsAt(Infinity)), new Set([""]));
  assert.deepEqual(new Set(countsAt(100_000)), new Set([""]));
  assert.deepEqual(new Set(countsAt(500)), new Set(["Second."]));
  // Of 14 questions on, and more with each.
  const counts = countsAt(2500);
  assert.deepEqual([...new Set(counts)], ["", "First.", "Second."]);
  const order = counts.map((text) => ["", "First.", "Second."].indexOf(text));
  assert.deepEqual(
    order,
    order.toSorted((one, other) => one - other),
  );
  // Within an answer nothing moves.
  const asked = path.slice(0, 31);
  assert.equal(summaryIn([...asked, says("a")], 2500)?.text, summaryIn(asked, 2500)?.text);
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
