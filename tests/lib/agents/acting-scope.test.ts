import assert from "node:assert/strict";
import { test } from "node:test";
import type { Agent } from "#lib/agents/agent.ts";
import type { AgentOptions } from "#lib/agents/agent-scope.ts";
import { agentTool } from "#lib/agents/agent-tool.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { maxHandoffs } from "#lib/agents/handoff-tool.ts";
import type { Producer } from "#lib/agents/producer.ts";
import { runAgent } from "#lib/agents/run-agent.ts";
import { createReactModel } from "#lib/models/react/react-model.ts";
import { UnknownModelError } from "#lib/models/unknown-model-error.ts";
import { fold } from "#lib/protocol/fold.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { callOf, foldOf } from "../../support/agent-bench.ts";
import { ids, numbered, start } from "../../support/event-builders.ts";
import { asked, produce } from "../../support/producer-bench.ts";
import {
  callsTools,
  finished,
  type ModelLine,
  type ScriptedModel,
  says,
  scriptedModel,
} from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

const add = scriptedTool("add", ({ a, b }) => Number(a) + Number(b));
const retriever: Agent = { name: "retriever", instructions: "You retrieve.", handoffs: ["calculator"] };
const calculator: Agent = {
  ...{ name: "calculator", description: "Calculates.", instructions: "You calculate." },
  ...{ tools: [add], handoffs: ["retriever"] },
};
const agents = [retriever, calculator];

const by =
  (model: ScriptedModel, options: Partial<AgentOptions> = {}): Producer =>
  (context) =>
    runAgent({ agents, agent: retriever, model, ...options }, context);

const handsOver = (id: string, to_agent: string, reason = "Numbers."): ModelLine[] =>
  callsTools([id, "handoff", { to_agent, reason }]);
const answers = (...texts: string[]): ModelLine[] => [...says(...texts), finished];

const agentsOf = (events: readonly EventBody[]): string[] =>
  events.flatMap((event) => (event.type === "start-step" ? [event.agent] : []));
const handoffsOf = (events: readonly EventBody[]) =>
  events.flatMap((event) => (event.type === "handoff" ? [`${event.from}>${event.to}`] : []));
/** The one system message of each request, and the tools in it. */
const systemsOf = ({ requests }: ScriptedModel): [string, string][] =>
  requests.map(({ request: { messages, tools = [] } }) => {
    const systems = messages.filter(({ role }) => role === "system");
    assert.equal(systems.length, 1);
    assert.equal(messages[0], systems[0]);
    return [JSON.stringify(systems[0]?.content), tools.map(({ name }) => name).join(" ")];
  });

test("an agent hands over, and the other goes on by its own instructions, with its own tools", async () => {
  const model = scriptedModel(
    [...says("I hand this over."), ...handsOver("h", "calculator")],
    callsTools(["a", "add", { a: 5, b: 3 }]),
    answers("The sum is 8"),
  );
  const { events, outcome } = await produce(by(model));
  assert.deepEqual(outcome, { type: "finished", finishReason: "stop" });
  assert.deepEqual(agentsOf(events), ["retriever", "calculator", "calculator"]);
  assert.deepEqual(systemsOf(model), [
    ['"You retrieve."', "handoff"],
    ['"You calculate."', "add handoff"],
    ['"You calculate."', "add handoff"],
  ]);
  assert.deepEqual(
    events.find(({ type }) => type === "handoff"),
    { type: "handoff", stepId: "tep-id-1", from: "retriever", to: "calculator", reason: "Numbers." },
  );
  assert.match(
    String(callOf({ events }, "h").output),
    /^Agent calculator is now handling the request .*Numbers\./,
  );
  // What was said and done so far is known to the other.
  const roles = model.requests[2]?.request.messages.map(({ role }) => role).join(" ");
  assert.equal(roles, "system user assistant tool assistant tool");
});

test("the tool names the agents that may be handed over to, and nobody else", async () => {
  const model = scriptedModel(answers("x"));
  await produce(by(model, { agents: [...agents, { name: "secret", instructions: "" }] }));
  const [tool] = model.requests[0]?.request.tools ?? [];
  assert.match(tool?.description ?? "", /\n- calculator: Calculates\.$/);
  assert.match(JSON.stringify(tool?.inputSchema), /"enum":\["calculator"\]/);
});

for (const name of ["invalid_agent", "retriever", "__proto__"])
  test(`a hand-over to ${name} is answered in words, and the same agent goes on`, async () => {
    const model = scriptedModel(handsOver("h", name), answers("guess im stuck here"));
    const { events } = await produce(by(model));
    assert.match(
      callOf({ events }, "h").errorText ?? "",
      new RegExp(`^Agent ${name} not found\\. .*calculator`),
    );
    assert.deepEqual([agentsOf(events), handoffsOf(events)], [["retriever", "retriever"], []]);
  });

test("no agent has another tool of that name", () => {
  const tools = [scriptedTool("handoff", () => 1)];
  for (const named of [tools, ["handoff"]])
    assert.throws(() => defineAgent({ name: "a", instructions: "", tools: named }), /agents hand over/);
});

test("P5 A → B → A: each request holds one system message, that of the agent which acts", async () => {
  const model = scriptedModel(
    handsOver("h1", "calculator"),
    handsOver("h2", "retriever"),
    handsOver("h3", "calculator"),
    answers("8"),
  );
  const { events } = await produce(by(model));
  assert.deepEqual(handoffsOf(events), [
    "retriever>calculator",
    "calculator>retriever",
    "retriever>calculator",
  ]);
  assert.deepEqual(
    systemsOf(model).map(([system]) => system),
    ['"You retrieve."', '"You calculate."', '"You retrieve."', '"You calculate."'],
  );
});

test("agents that hand over to one another in a circle are ended, in words", async () => {
  const rounds = Array.from({ length: maxHandoffs + 1 }, (_, at) =>
    handsOver(`h${at}`, at % 2 === 0 ? "calculator" : "retriever"),
  );
  const { events, outcome } = await produce(by(scriptedModel(...rounds, answers("8"))));
  assert.equal(handoffsOf(events).length, maxHandoffs);
  assert.match(
    callOf({ events }, `h${maxHandoffs}`).errorText ?? "",
    /^The request was handed over 8 times already/,
  );
  assert.equal(outcome.type, "finished");
});

test("what an answer may use up is what the agent may that was asked", async () => {
  const model = scriptedModel(
    handsOver("h", "calculator"),
    callsTools(["a", "add"]),
    callsTools(["b", "add"]),
  );
  const { events, outcome } = await produce(by(model, { agent: { ...retriever, maxSteps: 3 } }));
  assert.equal(agentsOf(events).length, 3);
  assert.equal(outcome.type, "failed");
});

test("of several hand-overs of one step the last one that may be counts", async () => {
  const third: Agent = { name: "third", instructions: "You are third." };
  const agent = { ...retriever, handoffs: ["calculator", "third"] };
  const calls = callsTools(
    ["h1", "handoff", { to_agent: "calculator" }],
    ["h2", "handoff", { to_agent: "third" }],
    ["h3", "handoff", { to_agent: "nobody" }],
  );
  const model = scriptedModel(calls, answers("x"));
  const { events } = await produce(by(model, { agent, agents: [agent, calculator, third] }));
  assert.deepEqual([handoffsOf(events), agentsOf(events)], [["retriever>third"], ["retriever", "third"]]);
});

test("an agent with a model of its own is asked there, in words if need be", async () => {
  const retrieving = scriptedModel(handsOver("h", "calculator"));
  const calculating = scriptedModel(
    answers('Thought: I need to add these numbers\nAction: add\nAction Input: {"a": 5, "b": 3}\n'),
    answers("Thought: The result is 8\nAnswer: The sum is 8"),
  );
  const other = { ...calculator, model: "small" };
  const { events } = await produce(
    by(retrieving, {
      agents: [retriever, other],
      pickModel: async (id) => (id === "small" ? createReactModel(calculating) : assert.fail(id)),
    }),
  );
  const { parts } = foldOf(events);
  const textsOf = (type: string) =>
    parts.flatMap((part) => ("text" in part && part.type === type ? [part.text] : []));
  assert.deepEqual(textsOf("text"), ["The sum is 8"]);
  assert.deepEqual(textsOf("reasoning"), ["I need to add these numbers", "The result is 8"]);
  assert.deepEqual(
    parts.flatMap((part) => (part.type === "tool" ? [[part.toolName, part.state]] : [])),
    [
      ["handoff", "output-available"],
      ["add", "output-available"],
    ],
  );
  assert.equal(retrieving.requests.length, 1);
  assert.match(JSON.stringify(calculating.requests[0]?.request.messages[0]), /You calculate\..*Name: add/);
});

test("a hand-over to an agent whose model is not there is answered in words, and the same agent goes on", async () => {
  const model = scriptedModel(handsOver("h", "calculator"), answers("8, I think"));
  const pickModel = (id: string) => Promise.reject(new UnknownModelError(id));
  const other = { ...calculator, model: "gone" };
  const { events, outcome } = await produce(by(model, { agents: [retriever, other], pickModel }));
  assert.match(
    callOf({ events }, "h").errorText ?? "",
    /^Agent calculator cannot be asked: its model is not/,
  );
  assert.deepEqual([agentsOf(events), handoffsOf(events)], [["retriever", "retriever"], []]);
  assert.equal(outcome.type, "finished");
});

test("the conversation is read once for each request, and counted once", async () => {
  const model = scriptedModel(
    callsTools(["a", "add", { a: 5, b: 3 }]),
    handsOver("h", "retriever"),
    answers("8"),
  );
  let reads = 0;
  const { events } = await produce((context) => {
    const history = context.history;
    context.history = () => {
      reads += 1;
      return history();
    };
    return by(model, { agent: calculator })(context);
  });
  assert.deepEqual(agentsOf(events), ["calculator", "calculator", "retriever"]);
  assert.equal(reads, model.requests.length);
});

test("an answer that is continued goes on with the agent that had it last", async () => {
  const before = foldOf(
    (await produce(by(scriptedModel(handsOver("h", "calculator"), answers("It is"))))).events,
  );
  const model = scriptedModel(answers(" 8"));
  const { events } = await produce(by(model), { history: [asked, messageOf(before)] });
  assert.deepEqual(agentsOf(events), ["calculator"]);
  assert.deepEqual(systemsOf(model), [['"You calculate."', "add handoff"]]);
});

test("an agent inside a tool call hands over inside of it", async () => {
  const outer: Agent = { name: "outer", instructions: "You delegate.", tools: [agentTool(retriever)] };
  const model = scriptedModel(
    callsTools(["t", "retriever", { request: "5+3" }]),
    handsOver("h", "calculator"),
    answers("8"),
    answers("It is 8"),
  );
  const { events } = await produce(by(model, { agent: outer, agents: [outer, ...agents] }));
  assert.deepEqual(agentsOf(events), ["outer", "retriever", "calculator", "outer"]);
  assert.equal(callOf({ events }, "t").output, "8");
});

test("whatever event the writer is cut off after, the next one goes on with the agent that acts", async () => {
  const scripts = [
    [...says("I hand this over."), ...handsOver("h", "calculator")],
    callsTools(["a", "add", { a: 5, b: 3 }]),
    answers("The sum is 8"),
  ];
  const whole = await produce(by(scriptedModel(...scripts)));
  for (let cut = 0; cut <= whole.events.length; cut += 1) {
    const log = numbered([start(), ...whole.events.slice(0, cut)]);
    const asked = whole.events.slice(0, cut).filter(({ type }) => type === "finish-step").length;
    const kept = log.reduce(fold, emptyRun(ids.run));
    const model = scriptedModel(
      ...scripts.slice(asked + (isAnswered(kept) ? 1 : 0)),
      answers("The sum is 8"),
    );
    const { events, outcome } = await produce(by(model), { log });
    const state = foldOf(events, log);
    assert.equal(outcome.type, "finished", `cut after ${cut}`);
    assert.deepEqual(
      state.parts.flatMap((part) => (part.type === "handoff" ? [part.to] : [])),
      ["calculator"],
      `cut after ${cut}`,
    );
    for (const [system] of systemsOf(model)) assert.match(system, /You (retrieve|calculate)/);
    assert.deepEqual([...new Set(state.steps.map(({ agent }) => agent))], ["retriever", "calculator"]);
  }
});

/** The open step goes on from its calls: its model is not asked for it again. */
const isAnswered = ({ steps, parts }: ReturnType<typeof foldOf>): boolean => {
  const open = steps.find(({ finishReason }) => finishReason === undefined);
  return parts.some(
    (part) => part.type === "tool" && part.stepId === open?.stepId && part.attempt !== undefined,
  );
};
