import assert from "node:assert/strict";
import { after, test } from "node:test";
import { codeWriter } from "#lib/agents/code-writer.ts";
import { streamAgent } from "#lib/agents/stream-agent.ts";
import { createDemoModel } from "#lib/models/demo/demo-model.ts";
import { codeToolName } from "#lib/protocol/code-call.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import { createSandboxes } from "#lib/sandbox/create-sandboxes.ts";
import { calculator } from "#lib/tools/calculator.ts";
import { convertUnit } from "#lib/tools/convert-unit.ts";
import { createDateTimeTool } from "#lib/tools/date-time.ts";

const sandboxes = createSandboxes();
after(sandboxes.close);

const tools = [calculator, convertUnit, createDateTimeTool(() => Date.UTC(2026, 2, 1))];

const callsOf = ({ parts }: RunState): ToolPart[] =>
  parts.filter((part): part is ToolPart => part.type === "tool");

for (const [language, question, answer] of [
  ["English", "How long does a drop of water travel down the Yangtze?", /\*\*66 days\*\*.*2026-05-06/],
  ["Chinese", "一滴水顺长江而下要多久？", /\*\*66 天\*\*.*2026-05-06/],
] as const)
  test(`the demo solves its task in ${language}: four pieces of code, three tools, an error mended, a picture`, async () => {
    const run = streamAgent({
      ...{ agent: codeWriter, model: createDemoModel(Infinity), input: question, tools },
      openSandbox: sandboxes.open,
    });
    const { text, state } = await run.result;
    const code = callsOf(state).filter(({ toolName }) => toolName === codeToolName);
    assert.deepEqual(
      code.map(({ state: each }) => each),
      ["output-available", "output-error", "output-available", "output-available"],
    );
    const called = new Set(callsOf(state).map(({ toolName }) => toolName));
    assert.deepEqual(called, new Set([codeToolName, "convert_unit", "calculator", "date_time"]));
    assert.match(code[1]?.errorText ?? "", /ReferenceError.*lenght.*\nLine 1: /);
    assert.match(JSON.stringify(code[3]?.output), /"mimeType":"image\/svg\+xml"/);
    assert.match(text.replaceAll("\n", " "), answer);
    assert.doesNotMatch(text, /<code>|convert_unit|const /);
    assert.equal(state.parts.find(({ type }) => type === "reasoning")?.type, "reasoning");
  });

test("asked anything else, the demo says what it knows", async () => {
  const run = streamAgent({
    ...{ agent: codeWriter, model: createDemoModel(Infinity), input: "What is love?", tools },
    openSandbox: sandboxes.open,
  });
  assert.match((await run.result).text, /one task in code/);
});

test("an agent that writes code is not asked without a sandbox", async () => {
  const run = streamAgent({ agent: codeWriter, model: createDemoModel(Infinity), input: "?", tools });
  await assert.rejects(run.result, /there is no sandbox to run it in/);
});
