import assert from "node:assert/strict";
import { test } from "node:test";
import { createCitedSources } from "#lib/agents/cited-sources.ts";
import type { Message, Part } from "#lib/protocol/message.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import type { ToolContext } from "#lib/tools/tool.ts";
import { agentWith, answers, foldOf, resultsIn } from "../../support/agent-bench.ts";
import { produce } from "../../support/producer-bench.ts";
import { callsTools, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

const source = (sourceId: string, url: string): Part => ({
  ...{ type: "source-url", sourceId, url, stepId: "s", startedAt: 1, endedAt: 1 },
});
const answer = (...parts: Part[]): Message => ({
  ...{ id: "m", parentId: null, runId: "r", role: "assistant", createdAt: 1, agent: "a", model: "x" },
  parts,
});
const call = { toolCallId: "c", stepId: "s" };
const [a, b, c] = ["https://a.example/", "https://b.example/", "https://c.example/"];

test("pages are numbered in their order, and one that was named is not named again", () => {
  const sources = createCitedSources([], []);
  assert.deepEqual(sources.cite({ url: a, title: " A " }, call), {
    number: 1,
    event: { type: "source-url", stepId: "s", sourceId: "1", url: a, title: "A", toolCallId: "c" },
  });
  assert.equal(sources.cite({ url: b }, call).number, 2);
  assert.deepEqual(sources.cite({ url: a }, call), { number: 1 });
});

test("numbers go on over the answers of a conversation, and a page keeps its own", () => {
  const history = [
    answer(source("1", a), source("https://x.example/", "https://x.example/"), source("2", b)),
  ];
  const sources = createCitedSources(history, []);
  assert.equal(sources.cite({ url: c }, call).number, 3);
  const again = sources.cite({ url: a }, call);
  // This answer has not named it yet.
  assert.deepEqual([again.number, again.event !== undefined], [1, true]);
});

test("who goes on with an answer goes on with its numbers", () => {
  const sources = createCitedSources([answer(source("1", a))], [source("2", b)]);
  assert.deepEqual(sources.cite({ url: b }, call), { number: 2 });
  assert.equal(sources.cite({ url: c }, call).number, 3);
});

test("calls that run at once cite pages by numbers of their own, which the model is told and the log has", async () => {
  const reading = scriptedTool("read", async ({ urls }, { cite }: ToolContext) => {
    const numbers: number[] = [];
    // Cast: as the model of this test calls it.
    for (const url of urls as string[]) numbers.push(await cite({ url }));
    return numbers;
  });
  const model = scriptedModel(
    callsTools(["r1", "read", { urls: [a, b] }], ["r2", "read", { urls: [b, c] }]),
    answers,
  );
  const { events } = await produce(agentWith(model, [reading]));
  const named = events.filter(
    (event): event is EventBody & { type: "source-url" } => event.type === "source-url",
  );
  assert.deepEqual(named.map(({ sourceId }) => sourceId).sort(), ["1", "2", "3"]);
  const numberOf = new Map(named.map(({ sourceId, url }) => [url, Number(sourceId)]));
  assert.deepEqual(resultsIn(model, 1), [
    ["r1", JSON.stringify([numberOf.get(a), numberOf.get(b)])],
    ["r2", JSON.stringify([numberOf.get(b), numberOf.get(c)])],
  ]);
  // They stand before the output that they are of.
  const parts = foldOf(events).parts.filter(({ type }) => type === "source-url");
  assert.equal(parts.length, 3);
  assert.ok(parts.every((part) => "toolCallId" in part && part.stepId !== ""));
});
