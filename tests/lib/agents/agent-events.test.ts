import assert from "node:assert/strict";
import { test } from "node:test";
import type { Agent } from "#lib/agents/agent.ts";
import { type StreamOptions, streamAgent } from "#lib/agents/stream-agent.ts";
import { createReactModel } from "#lib/models/react/react-model.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { runRequest } from "#lib/runs/run-request.ts";
import type { Tool } from "#lib/tools/tool.ts";
import { agentWith, resultsIn } from "../../support/agent-bench.ts";
import { ids, numbered, start, toolApprovalResponse } from "../../support/event-builders.ts";
import { type Production, produce } from "../../support/producer-bench.ts";
import {
  callsTools,
  finished,
  gate,
  type ModelLine,
  type ScriptedModel,
  says,
  scriptedModel,
} from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { readShared, skipWithoutShared } from "../../support/shared-files.ts";

/*
 * The cases of ../shared/cases/agent-events.json, each under its id: what the model says is the file's, and
 * so is what is expected where the file has it as data. The names of events are ours.
 */

interface CalledTool {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
}

interface Thinking {
  thinking: string;
  text: string;
}

/** One reply: its deltas, or calls behind words of its own. */
type Turn = string | readonly (string | Thinking)[] | { text?: string; tool_calls: readonly CalledTool[] };

interface Case {
  id: string;
  user?: string;
  turns?: readonly Turn[] | Readonly<Record<string, readonly Turn[]>>;
  expected_events?: readonly string[];
  expected_order?: readonly string[];
  final?: string;
  tools?: Readonly<Record<string, string>>;
  tool_yields?: readonly { status: string; is_preliminary: boolean }[];
  tool_error?: string;
  tool_returns?: string;
  chat_history?: readonly unknown[];
}

type Judge = (given: Case) => Promise<void>;

const judges: Readonly<Record<string, Judge>> = {
  "agent-plain": async (given) => {
    const { events, text } = await play(given);
    assert.deepEqual(
      courseOf(events),
      given.expected_events?.filter((name) => name !== "AgentSetup"),
    );
    assert.equal(text, given.final);
  },

  "agent-tool-then-answer": async (given) => {
    const tools = Object.entries(given.tools ?? {}).map(([name, output]) => scriptedTool(name, () => output));
    const { events, text } = await play(given, tools);
    const course = courseOf(events)
      .map((name) => name.replace(/^AgentOutput{.*tool_calls:\[\]}$/, "AgentOutput(tool_calls=0)"))
      .map((name) => name.replace(/{.*/, ""))
      .join(" ");
    const order = given.expected_order?.map((name) =>
      name === "AgentStream*" ? "(AgentStream )*" : `${RegExp.escape(name.replace(/, content.*\)$/, ")"))} `,
    );
    assert.match(`${course} `, new RegExp(`^${order?.join("")}$`));
    assert.deepEqual(resultsOf(events), [["one", "random"]]);
    assert.equal(text, given.final);
  },

  "agent-parallel-tools": async (given) => {
    const fast = gate();
    const tools = [
      // Its end needs the other's: one after the other would wait for ever.
      scriptedTool("slow", async () => (await fast.promise, "slow")),
      scriptedTool("fast", () => (fast.open(), "fast")),
    ];
    const { events, model } = await play(given, tools);
    const course = events.map(({ type }) => type);
    assert.ok(course.lastIndexOf("tool-start") < course.indexOf("tool-output-available"));
    assert.deepEqual(resultsOf(events), [
      ["b", "fast"],
      ["a", "slow"],
    ]);
    assert.deepEqual(resultsIn(model, 1), [
      ["a", "slow"],
      ["b", "fast"],
    ]);
  },

  "agent-streaming-tool": async ({ id, tool_yields: yields = [] }) => {
    const tool = scriptedTool("stream", async function* () {
      for (const { is_preliminary, status } of yields) {
        if (!is_preliminary) return { status };
        yield { status };
      }
    });
    const turns: Turn[] = [{ tool_calls: [{ id: "c", name: "stream", arguments: {} }] }, ["ok"]];
    const { events, model } = await play({ id, turns }, [tool]);
    assert.deepEqual(
      events.flatMap((event) =>
        event.type === "tool-output-available" ? [[event.output, event.preliminary ?? false]] : [],
      ),
      yields.map(({ status, is_preliminary }) => [{ status }, is_preliminary]),
    );
    assert.deepEqual(resultsIn(model, 1), [["c", '{"status":"done"}']]);
  },

  "agent-unknown-tool": async (given) => {
    const { events, text } = await play(given);
    assert.deepEqual(failuresOf(events), ["Tool nope not found. Please select a tool that is available."]);
    assert.equal(text, "sorry");
  },

  "agent-tool-throws": async ({ tool_error: words = "", ...given }) => {
    const tool = scriptedTool("boom", () => {
      throw new Error(words);
    });
    const { events, text } = await play(given, [tool]);
    assert.deepEqual(failuresOf(events), [words]);
    assert.doesNotMatch(JSON.stringify(events), /\.ts:\d/);
    assert.equal(text, "handled");
  },

  "agent-return-direct": async ({ tool_returns: output = "", ...given }) => {
    const direct = (run: () => unknown) => scriptedTool("direct", run, { returnDirect: true });
    const { text, model } = await play(given, [direct(() => output)]);
    assert.deepEqual([text, model.requests.length], [output, 1]);
    const fails = direct(() => {
      throw new Error("no");
    });
    const again = await play({ ...given, turns: [...turnsOf(given), ["handled"]] }, [fails]);
    assert.deepEqual([again.text, again.model.requests.length], ["handled", 2]);
  },

  "agent-handoff": async ({ id, user = "", turns }) => {
    assert.ok(turns && "calculator" in turns && "retriever" in turns);
    const add = scriptedTool("add", ({ a, b }) => Number(a) + Number(b));
    const calculator: Agent = { name: "calculator", instructions: "", model: "react", tools: [add] };
    const retriever: Agent = { name: "retriever", instructions: "", handoffs: ["calculator"] };
    const calculating = createReactModel(scriptedModel(...(turns["calculator"]?.map(linesOf) ?? [])));
    const { events } = await play({ id, user, turns: turns["retriever"] ?? [] }, [], {
      agent: retriever,
      agents: [retriever, calculator],
      pickModel: async () => calculating,
    });
    assert.deepEqual(
      events.flatMap((event) => (event.type === "start-step" ? [event.agent] : [])),
      ["retriever", "calculator", "calculator"],
    );
    const texts = events.findLast(({ type }) => type === "text-start");
    assert.ok(texts?.type === "text-start");
    const bubble = events.flatMap((event) =>
      event.type === "text-delta" && event.id === texts.id ? [event.delta] : [],
    );
    assert.equal(bubble.join(""), "The sum is 8");
  },

  "agent-handoff-invalid": async (given) => {
    const other: Agent = { name: "calculator", instructions: "" };
    const agent: Agent = { name: "retriever", instructions: "", handoffs: ["calculator"] };
    const { events, text } = await play(given, [], { agent, agents: [agent, other] });
    assert.match(failuresOf(events).join(), /Agent invalid_agent not found/);
    assert.equal(
      events.some(({ type }) => type === "handoff"),
      false,
    );
    assert.equal(text, "guess im stuck here");
  },

  "agent-max-iterations": async ({ id }) => {
    const again: Turn = { tool_calls: [{ id: "c", name: "again", arguments: {} }] };
    for (const maxSteps of [undefined, 2]) {
      const agent = { name: "looping", instructions: "", ...(maxSteps !== undefined && { maxSteps }) };
      const tool = scriptedTool("again", () => "again");
      const { events, model } = await play({ id, turns: [again] }, [tool], { agent });
      const ending = events.at(-1);
      assert.ok(ending?.type === "error");
      assert.match(ending.errorText, new RegExp(`Max iterations of ${maxSteps ?? 20} reached`));
      assert.equal(model.requests.length, maxSteps ?? 20);
    }
  },

  "agent-early-stopping-generate": async ({ id }) => {
    const calls = Array.from(
      { length: 5 },
      (_, at): Turn => ({ tool_calls: [{ id: `c${at}`, name: "look", arguments: {} }] }),
    );
    const agent: Agent = { name: "looking", instructions: "", maxSteps: 5, atMaxSteps: "answer" };
    const tool = scriptedTool("look", (_, { toolCallId }) => `seen ${toolCallId}`);
    const { text, model } = await play({ id, turns: [...calls, ["That is all."]] }, [tool], { agent });
    const last = JSON.stringify(model.requests.at(-1)?.request.messages);
    for (const at of calls.keys()) assert.match(last, new RegExp(`seen c${at}`));
    assert.match(last, /maximum number of iterations/);
    assert.deepEqual([text, model.requests.length], ["That is all.", 6]);
  },

  "agent-hitl-cancel-serialise-resume": async () => {
    const done = new Set<string>();
    let effects = 0;
    const tool = scriptedTool(
      "confirm",
      async (_, { ask, toolCallId }) => {
        if (!done.has(toolCallId)) effects += 1;
        done.add(toolCallId);
        const properties = { name: { type: "string" } };
        const answer = await ask({ message: "Who are you?", schema: { type: "object", properties } });
        return answer.type === "accept" && answer.content["name"] === "John Doe" ? "HITL successful" : "no";
      },
      { returnDirect: true },
    );
    const first = await produce(agentWith(scriptedModel(callsTools(["c", "confirm"])), [tool]));
    assert.deepEqual(first.outcome, { type: "waiting" });
    // All that is left of that process.
    const kept: RunEvent[] = JSON.parse(JSON.stringify(numbered([start(), ...first.events])));
    const { approvalId = "" } = first.events.find(({ type }) => type === "tool-approval-request") as {
      approvalId?: string;
    };
    const nobody = scriptedModel([new Error("no model is asked")]);
    const decision = { ...toolApprovalResponse(approvalId), content: { name: "John Doe" } };
    const second = await produce(agentWith(nobody, [tool]), { log: kept, inbox: [decision] });
    assert.equal(second.outcome.type, "finished");
    assert.equal(deltasOf(second), "HITL successful");
    assert.ok(tool.runs.length <= 2);
    assert.equal(effects, 1);
  },

  "agent-thinking-delta": async (given) => {
    const { events } = await play(given);
    const spoken = turnsOf(given).flat().filter(isThinking);
    const deltas = (type: "text-delta" | "reasoning-delta") =>
      events.flatMap((event) => (event.type === type ? [event.delta] : []));
    assert.deepEqual(
      deltas("reasoning-delta"),
      // What is empty is no event.
      spoken.flatMap(({ thinking }) => thinking || []),
    );
    assert.deepEqual(
      deltas("text-delta"),
      spoken.map(({ text }) => text),
    );
  },

  "agent-accumulated-equals-final": async ({ id }) => {
    const turns: Turn[] = [{ text: "Let me look. ", tool_calls: [call] }, ["It is ", "five."]];
    const tool = scriptedTool("look", () => "5");
    const native = await play({ id, turns }, [tool]);
    assert.equal(native.snapshots.at(-1), native.text);
    assert.equal(native.text.split("\n\n").at(-1), "It is five.");
    const words = [
      "Thought: I look.\nAction: look\nAction Input: {}\n",
      "Thought: I know.\nAnswer: It is five.",
    ];
    const scripts = words.map((text) => [...says(...(text.match(/.{1,5}/gs) ?? [])), finished]);
    const react = await play({ id }, [tool], { model: createReactModel(scriptedModel(...scripts)) });
    assert.deepEqual([react.text, react.snapshots.at(-1)], ["It is five.", "It is five."]);
  },

  "agent-empty-answer": async (given) => {
    const { model, text, events } = await play({ ...given, turns: [...turnsOf(given), ["Five."]] });
    const next = JSON.stringify(model.requests[1]?.request.messages);
    assert.match(next, /FAILURE: Your previous response was empty/);
    assert.equal(text, "Five.");
    assert.equal(events.filter(({ type }) => type === "text-start").length, 1);
  },

  // Whoever asks sends what is new: the history is the server's (protocol 3.1), and is given to no route.
  "agent-history-dicts": async ({ chat_history: messages }) => {
    const body = { runId: ids.run, message: { text: "And now?" } };
    assert.equal(runRequest(2000).safeParse(body).success, true);
    const { error } = runRequest(2000).safeParse({ ...body, messages });
    assert.match(JSON.stringify(error?.issues), /unrecognized_keys.*messages/);
  },
};

/** What the product has not got, and why. */
const absent: Readonly<Record<string, string>> = {
  "agent-state-in-prompt-once":
    "an agent keeps no state beside its log, and a question is sent as it was asked",
  "agent-smolagents-final-answer-alone": "an answer is text: no tool ends a run by its name",
  "agent-code-agent-blob": "no agent runs code that its model writes",
};

test("every case of the shared agent events comes out as it says, or is named as absent", {
  skip: skipWithoutShared,
}, async (context) => {
  // Cast: the file's own form.
  const { cases } = JSON.parse(readShared("cases/agent-events.json").toString()) as { cases: Case[] };
  assert.deepEqual(
    cases.map(({ id }) => id).toSorted(),
    [...Object.keys(judges), ...Object.keys(absent)].toSorted(),
  );
  for (const given of cases) {
    const judge = judges[given.id];
    const why = absent[given.id];
    await context.test(given.id, { skip: why ?? false }, () => judge?.(given));
  }
});

const call: CalledTool = { id: "c", name: "look", arguments: {} };

const turnsOf = ({ turns }: Case): readonly Turn[] => (Array.isArray(turns) ? turns : []);

const isThinking = (value: unknown): value is Thinking => isRecord(value) && "thinking" in value;

function linesOf(turn: Turn): ModelLine[] {
  if (typeof turn === "string") return [...says(turn), finished];
  if ("tool_calls" in turn)
    return [
      ...says(...(turn.text === undefined ? [] : [turn.text])),
      ...callsTools(...turn.tool_calls.map((each) => [each.id, each.name, each.arguments] as const)),
    ];
  const lines = turn.flatMap((delta): ModelLine[] =>
    isThinking(delta)
      ? [
          ...(delta.thinking ? [{ type: "reasoning", delta: delta.thinking } as const] : []),
          ...says(delta.text),
        ]
      : says(delta),
  );
  return [...lines, finished];
}

interface Played {
  events: RunEvent[];
  text: string;
  snapshots: string[];
  model: ScriptedModel;
}

async function play(
  given: Case,
  tools: readonly Tool[] = [],
  options: Partial<StreamOptions> = {},
): Promise<Played> {
  const model = scriptedModel(...turnsOf(given).map(linesOf));
  const agent = { name: "assistant", instructions: "Be brief.", ...options.agent, tools };
  await using run = streamAgent({ model, input: given.user ?? "hi", ...options, agent });
  const events = await Array.fromAsync(run.events());
  const snapshots = await Array.fromAsync(run.textSnapshots());
  const text = await run.result.then(
    (result) => result.text,
    () => "",
  );
  return { events, text, snapshots, model };
}

/** In the names of the file. A model's calls are what its step puts out, before they run. */
function courseOf(events: readonly RunEvent[]): string[] {
  const asked = new Map<string, number>();
  let response = "";
  return events.flatMap((event) => {
    if (event.type === "agent-input") return ["AgentInput"];
    if (event.type === "start-step") response = "";
    if (event.type === "text-delta") {
      response += event.delta;
      return [`AgentStream{delta:${JSON.stringify(event.delta)},response:${JSON.stringify(response)}}`];
    }
    if (event.type === "tool-input-available") asked.set(event.toolCallId, 1);
    if (event.type === "tool-start") {
      const output = asked.size > 0 ? [`AgentOutput(tool_calls=${asked.size})`] : [];
      asked.clear();
      return [...output, `ToolCall(${event.toolCallId})`];
    }
    if (event.type === "tool-output-available") return [`ToolCallResult(${event.toolCallId})`];
    if (event.type === "finish-step" && event.finishReason === "stop")
      return [`AgentOutput{response:${JSON.stringify(response)},tool_calls:[]}`];
    return event.type === "finish" ? ["StopEvent"] : [];
  });
}

const resultsOf = (events: readonly RunEvent[]): unknown[] =>
  events.flatMap((event) =>
    event.type === "tool-output-available" ? [[event.toolCallId, event.output]] : [],
  );

const failuresOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === "tool-output-error" ? [event.errorText] : []));

const deltasOf = ({ events }: Production): string =>
  events.flatMap((event) => (event.type === "text-delta" ? [event.delta] : [])).join("");
