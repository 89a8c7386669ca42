import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { inputHash } from "#lib/agents/input-hash.ts";
import { readConversation } from "#lib/conversations/read-conversation.ts";
import { messageTokens } from "#lib/history/message-tokens.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { newRun } from "#lib/runs/run-request.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { assertAcceptableBodies } from "../../support/acceptable-bodies.ts";
import { isAcceptable } from "../../support/acceptable-history.ts";
import { spoken, system, user } from "../../support/model-messages.ts";
import { question, readLog, runContext, userId } from "../../support/run-bench.ts";
import { callsTools, finished, says, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { summarizingModel } from "../../support/summarizing-model.ts";

const turns = 100;
const contextTokens = 4000;
/** A quarter of it is the answer's. */
const budget = 3000;

test("100 turns with calls, by two processes in turn: requests level off, and the page still has all of them", async () => {
  const found = scriptedTool("look_up", () => "found ".repeat(20));
  const agent = { name: "assistant", instructions: "You look things up.", tools: [found] };
  const scripts = Array.from({ length: turns }, (_, n) => [
    callsTools([`call-${n}`, "look_up", { n }]),
    [...says(`Answer ${n}. ${"It is so. ".repeat(20)}`), finished],
  ]).flat();
  const model = scriptedModel(...scripts);
  const storage = openSqlite({ dir: ":memory:" });
  const openProcess = () => {
    const pickProducer = createAgentProducers({
      ...{ agents: [agent], pickModel: async () => model, contextTokens },
    });
    return runContext(model, { storage, pickProducer });
  };
  const processes = [openProcess(), openProcess()] as const;
  const conversationId = randomUUID();
  const logged: { hash: string; leftOut?: number }[] = [];
  for (let n = 0; n < turns; n += 1) {
    const run = question(`Question ${n}?`, { conversationId });
    await (await startRun(processes[n % 2 === 0 ? 0 : 1], run)).done;
    for (const event of await readLog(storage, run.runId))
      if (event.type === "agent-input") logged.push(event);
  }

  const sent = model.requests.map(({ request }) => request.messages);
  assert.equal(sent.length, 2 * turns);
  for (const [at, messages] of sent.entries()) {
    assert.ok(isAcceptable(messages));
    assert.deepEqual(messages[0], system("You look things up."));
    assert.ok(JSON.stringify(messages.at(at % 2 === 0 ? -1 : -3)) === JSON.stringify(questionOf(at)));
    assert.ok(tokensOf(messages) <= budget);
    assert.equal(logged[at]?.hash, inputHash(messages));
  }
  // As much is sent in the second half as in the first, and the cut has seldom moved.
  assert.ok(Math.max(...sent.map(tokensOf)) > 0.8 * budget);
  const moves = sent.filter((messages, at) => at > 0 && !beginsWith(messages, sent[at - 1] ?? []));
  assert.ok(moves.length > 1 && moves.length < turns / 4, String(moves.length));
  const leftOut = logged.map((event) => event.leftOut ?? 0);
  assert.deepEqual(
    leftOut,
    leftOut.toSorted((one, other) => one - other),
  );
  assert.equal(new Set(leftOut).size, moves.length + 1);

  const view = (await readConversation(processes[0], conversationId, userId)) ?? assert.fail();
  assert.equal(view.messages.length, 2 * turns);
  await storage.close();
});

test("with summaries nothing is left out: each is made once, by whichever process, and requests level off all the same", async () => {
  const agent = { name: "assistant", instructions: "You look things up." };
  const notes = `Notes. ${"It was so. ".repeat(30)}`;
  const model = summarizingModel(
    () => [...says(notes), finished],
    (n) => [...says(`Answer ${n}. ${"It is so. ".repeat(30)}`), finished],
  );
  const storage = openSqlite({ dir: ":memory:" });
  const openProcess = () => {
    const pickProducer = createAgentProducers({
      ...{ agents: [agent], pickModel: async () => model, contextTokens, summarizes: true },
    });
    return runContext(model, { storage, pickProducer });
  };
  const processes = [openProcess(), openProcess()] as const;
  const conversationId = randomUUID();
  let [made, leftOut] = [0, 0];
  for (let n = 0; n < turns; n += 1) {
    const run = question(`Question ${n}?`, { conversationId });
    await (await startRun(processes[n % 2 === 0 ? 0 : 1], run)).done;
    for (const event of await readLog(storage, run.runId)) {
      if (event.type === "history-summary") made += event.text === notes.trim() ? 1 : 0;
      if (event.type === "agent-input") leftOut += event.leftOut ?? 0;
    }
  }
  assert.equal(model.asked.length, turns);
  for (const [at, messages] of model.asked.entries()) {
    assertAcceptableBodies(messages);
    assert.deepEqual(messages[0], system("You look things up."));
    assert.ok(JSON.stringify(messages.at(-1)).includes(`Question ${at}?`));
    assert.ok(tokensOf(messages) <= budget);
  }
  const moves = model.asked.filter(
    (messages, at) => at > 0 && !beginsWith(messages, model.asked[at - 1] ?? []),
  );
  assert.equal(leftOut, 0);
  assert.ok(made > 5 && made < 20, String(made));
  assert.equal(model.summaries.length, made);
  assert.ok(moves.length === made || moves.length === made - 1);
  const view = (await readConversation(processes[1], conversationId, userId)) ?? assert.fail();
  assert.equal(view.messages.length, 2 * turns);
  assert.ok(
    view.messages.every(
      (message) => message.role === "user" || !JSON.stringify(message.parts).includes("Notes."),
    ),
  );
  await storage.close();
});

test("D12, P5 one conversation, several agents: each request holds all that was said, and one system message, the acting agent's", async () => {
  const agents = [
    { name: "analyst", instructions: "你是数据分析师", handoffs: ["writer"] },
    { name: "writer", instructions: "你是文案作家" },
  ];
  const model = scriptedModel(
    [...says("结论 A"), finished],
    [...says("文案 B"), finished],
    callsTools(["h", "handoff", { to_agent: "writer" }]),
    [...says("文案 C"), finished],
    [...says("结论 D"), finished],
  );
  const context = runContext(model, {
    pickProducer: createAgentProducers({ agents, pickModel: async () => model }),
  });
  const conversationId = randomUUID();
  for (const agent of ["analyst", "writer", "analyst", "analyst"]) {
    const body = { runId: randomUUID(), message: { text: `给 ${agent}` }, agent };
    const run = newRun(body, { conversationId, userId, newId: randomUUID });
    await (await startRun(context, run)).done;
  }
  const sent = model.requests.map(({ request }) => request.messages);
  const [analyst, writer] = agents.map(({ instructions }) => system(instructions));
  assert.deepEqual(
    sent.map(([first]) => first),
    [analyst, writer, analyst, writer, analyst],
  );
  for (const [at, messages] of sent.entries()) {
    assertAcceptableBodies(messages);
    assert.ok(beginsWith(messages.slice(1), sent[at - 1]?.slice(1) ?? []));
  }
  assert.deepEqual(
    spoken(sent[4] ?? []).map(([, words]) => words),
    [
      "你是数据分析师",
      "给 analyst",
      "结论 A",
      "给 writer",
      "文案 B",
      "给 analyst",
      "",
      "",
      "文案 C",
      "给 analyst",
    ],
  );
});

const questionOf = (at: number): ModelMessage => user(`Question ${Math.floor(at / 2)}?`);

const tokensOf = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, message) => sum + messageTokens(message), 0);

const beginsWith = (messages: readonly ModelMessage[], before: readonly ModelMessage[]): boolean =>
  JSON.stringify(messages.slice(0, before.length)) === JSON.stringify(before);
