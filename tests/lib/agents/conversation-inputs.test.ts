import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type StepMessages, stepMessages } from "#lib/agents/step-messages.ts";
import { messageTokens } from "#lib/history/message-tokens.ts";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { closingEvents } from "#lib/protocol/closing-events.ts";
import { continueMessage } from "#lib/protocol/continue-message.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { AssistantMessage, Message, UserMessage } from "#lib/protocol/message.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { endedTooLong, pathTo } from "#lib/protocol/shown-path.ts";
import { assertAcceptableBodies } from "../../support/acceptable-bodies.ts";
import { isAcceptable } from "../../support/acceptable-history.ts";
import * as b from "../../support/event-builders.ts";
import { within } from "../../support/model-messages.ts";

/*
 * Random conversations: trees of questions and answers with calls, failures, stops, steers, hand-offs and
 * siblings. Each request that is made of one, by the agent that acts then, is looked at as it goes out.
 */

const agents = {
  one: { instructions: "You are the first." },
  two: { instructions: "You take over, and say so." },
};
type Name = keyof typeof agents;

interface CallSpec {
  ends: string;
  output: string;
  isOutside: boolean;
}
interface StepSpec {
  thinks: boolean;
  text: string;
  calls: CallSpec[];
  /** What a person says behind it. */
  steer: string | null;
  handsOver: boolean;
}
interface TurnSpec {
  question: string;
  /** Which of the answers so far it is asked under; null: it is another first question. */
  under: number | null;
  /** Asked again: siblings. */
  answers: {
    steps: StepSpec[];
    ends: string;
    isContinued: boolean;
    /** Beside it a summary was made, of all up to the first answer on its path. */
    isSummarized: boolean;
  }[];
}

const words = fc
  .tuple(fc.constantFrom("x", "字", "a b "), fc.oneof({ weight: 4, arbitrary: fc.nat(30) }, fc.nat(900)))
  .map(([letters, length]) => letters.repeat(length));
const callSpec = fc.record({
  ends: fc.constantFrom("well", "badly", "denied", "cut off", "never"),
  output: words,
  isOutside: fc.boolean(),
});
const stepSpec = fc.record({
  thinks: fc.boolean(),
  text: words,
  calls: fc.array(callSpec, { maxLength: 3 }),
  steer: fc.option(fc.constantFrom("shorter", "in French"), { freq: 4 }),
  handsOver: fc.boolean(),
});
const answerSpec = fc.record({
  steps: fc.array(stepSpec, { maxLength: 4 }),
  ends: fc.constantFrom("finish", "finish", "finish", "abort", "error", "interrupted", "too long"),
  isContinued: fc.boolean(),
  isSummarized: fc.boolean(),
});
const turnSpec = fc.record({
  question: words.map((text) => `Question? ${text}`),
  under: fc.option(fc.nat(6), { freq: 8 }),
  answers: fc.array(answerSpec, { minLength: 1, maxLength: 2 }),
});
const conversation: fc.Arbitrary<TurnSpec[]> = fc.array(turnSpec, { minLength: 1, maxLength: 6 });

/** One request, with what it was made of. */
interface MadeRequest {
  agent: Name;
  answerId: string;
  question: UserMessage;
  path: readonly Message[];
  sent: StepMessages;
  /** The same without a budget. */
  whole: readonly ModelMessage[];
}

const uuidOf = (n: number): string => b.uuid(1000 + n);

/** Lives it, with so many tokens for a request: every request in the order in which they are made. */
function live(turns: readonly TurnSpec[], tokens: number): MadeRequest[] {
  const messages: Message[] = [];
  const asked: MadeRequest[] = [];
  let ids = 0;
  for (const { question: text, under, answers } of turns) {
    const written = messages.filter(({ role }) => role === "assistant");
    const parent = under === null ? undefined : written.at(-1 - (under % Math.max(1, written.length)));
    const question: UserMessage = {
      ...{ id: uuidOf((ids += 1)), parentId: parent?.id ?? null, runId: b.ids.run, role: "user" },
      ...{ createdAt: ids, text },
    };
    messages.push(question);
    for (const spec of answers) {
      const path = pathTo(messages, question.id);
      const id = uuidOf((ids += 1));
      const ask = (state: RunState, agent: Name, history: readonly Message[] = path): void => {
        const next = { type: "start", index: state.steps.length } as const;
        const facts = { next, agent: agents[agent], state, history, prefills: false };
        const sent = stepMessages({ ...facts, budget: { tokens } });
        asked.push({
          agent,
          answerId: id,
          question,
          path: history,
          sent,
          whole: stepMessages(facts).messages,
        });
      };
      const summary = spec.isSummarized ? summaryOfFirst(path) : {};
      const answer = { ...write(spec.steps, spec.ends, ask), ...summary, id, parentId: question.id };
      messages.push(answer);
      if (!spec.isContinued || answer.ending?.type === "finish") continue;
      // Another run goes on with it.
      ask(emptyRun(uuidOf((ids += 1))), "one", [...path, answer]);
      const more = { ...write([], "finish", () => undefined), runId: uuidOf(ids) };
      messages[messages.length - 1] = { ...continueMessage(answer, more), id, parentId: question.id };
    }
  }
  return asked;
}

function summaryOfFirst(path: readonly Message[]): Pick<AssistantMessage, "summary"> {
  const first = path.find(({ role }) => role === "assistant");
  return first ? { summary: { upTo: first.id, messageCount: 2, text: "They asked.", isOutside: true } } : {};
}

/** The message that a run comes to; `ask` is told of each request. */
function write(
  steps: readonly StepSpec[],
  ends: string,
  ask: (state: RunState, agent: Name) => void,
): AssistantMessage {
  let state = emptyRun(b.ids.run);
  let agent: Name = "one";
  const push = (...bodies: EventBody[]): void => {
    for (const event of b.numbered(bodies, { startAt: state.seq + 1 })) state = fold(state, event);
  };
  push(b.start());
  for (const [index, step] of steps.entries()) {
    ask(state, agent);
    const stepId = `s${index}`;
    // Only calls, and what a person says, are followed by another request.
    const isLast = index === steps.length - 1 || (step.calls.length === 0 && step.steer === null);
    const isCut = isLast && ends !== "finish";
    push(b.startStep(stepId, index, agent), ...stepEvents(step, stepId, isCut));
    if (isCut || (isLast && step.steer === null)) break;
    if (step.handsOver) push(b.handoff(agent, (agent = agent === "one" ? "two" : "one"), stepId));
    push(b.finishStep(step.calls.length > 0 ? "tool-calls" : "stop", stepId));
    if (step.steer !== null) push(b.steered(step.steer, uuidOf(9000 + index)));
  }
  const terminal = terminals[ends] ?? b.finish();
  push(...closingEvents(state, { code: "stopped", errorText: "it was stopped" }), terminal);
  return messageOf(state);
}

const terminals: Record<string, EventBody> = {
  abort: b.abort(),
  error: b.error("provider-failed"),
  interrupted: b.interrupted(),
  "too long": b.error("context-too-long"),
};

function stepEvents({ thinks, text, calls }: StepSpec, stepId: string, isCut: boolean): EventBody[] {
  const part = (name: string) => `${stepId}/${name}`;
  return [
    ...(thinks
      ? [b.reasoningStart(part("r"), stepId), b.reasoningDelta("hm", part("r")), b.reasoningEnd(part("r"))]
      : []),
    ...(text === "" ? [] : [b.textStart(part("t"), stepId), b.textDelta(text, part("t"))]),
    ...(text === "" || isCut ? [] : [b.textEnd(part("t"))]),
    // The same ids in each answer, as providers number them.
    ...calls.flatMap((call, n) => callEvents(call, `${stepId}-call-${n}`, { stepId, isCut })),
  ];
}

/** Only an answer that is cut has calls without results. */
function callEvents(
  { ends, output, isOutside }: CallSpec,
  id: string,
  { stepId, isCut }: { stepId: string; isCut: boolean },
): EventBody[] {
  const begun = [b.toolInputStart(id, "look.up", stepId), b.toolInputDelta(id, '{"a": 1')];
  if (ends === "cut off")
    return isCut ? begun : [...begun, b.toolInputError(id, "look.up", '{"a": 1', "cut off")];
  const available = [...begun, b.toolInputDelta(id, "}"), b.toolInputAvailable(id, "look.up", { a: 1 })];
  if (ends === "never" && isCut) return available;
  if (ends === "denied") return [...available, b.toolOutputDenied(id)];
  const started = [...available, { ...b.toolStart(id), isOutside }];
  return [
    ...started,
    ends === "badly" ? b.toolOutputError(id, "It broke.") : b.toolOutputAvailable(id, output),
  ];
}

const tokensOf = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, message) => sum + messageTokens(message), 0);
const textsOf = (message: ModelMessage | undefined): string =>
  typeof message?.content === "string"
    ? message.content
    : (message?.content ?? []).map((part) => ("text" in part ? part.text : "")).join("\n\n");
const isQuestion = (message: ModelMessage): boolean => message.role === "user" && !message.isWithinTurn;
/** Long enough to be shortened, and not. */
const hasLongOutput = (messages: readonly ModelMessage[]): boolean =>
  messages.some(
    (message) => message.role === "tool" && message.content.some(({ output }) => output.length > 700),
  );

test("P5, P6, P7 whatever became of a conversation, each request is accepted on every wire, in the budget, with the newest question", () => {
  let [requests, cut, shortened, summarized] = [0, 0, 0, 0];
  fc.assert(
    fc.property(conversation, fc.integer({ min: 200, max: 4000 }), (turns, tokens) => {
      for (const { agent, question, sent } of live(turns, tokens)) {
        const { messages } = sent;
        assert.ok(isAcceptable(messages));
        assertAcceptableBodies(messages);
        assert.equal(messages[0]?.content, agents[agent].instructions);
        assert.ok(textsOf(messages.findLast(isQuestion)).includes(question.text));
        const isAlone = messages.filter(isQuestion).length === 1;
        // What it is told once stands beside the budget.
        const once = messageTokens(within(continuationPrompt));
        const taken = tokensOf(messages) - (textsOf(messages.at(-1)) === continuationPrompt ? once : 0);
        assert.ok(taken <= tokens || (isAlone && !hasLongOutput(messages)));
        assert.equal(JSON.stringify(messages).includes("They asked."), sent.summarized !== undefined);
        requests += 1;
        if (sent.leftOut > 0) cut += 1;
        if (sent.shortened > 0) shortened += 1;
        if (sent.summarized !== undefined) summarized += 1;
      }
    }),
    { numRuns: Number(process.env["RIVULET_CONVERSATIONS"] ?? 100) },
  );
  // Without these, a property over nothing would hold.
  const counts = [requests / 20, cut, shortened * 3, summarized];
  assert.ok(
    counts.every((count) => count > 15),
    counts.join(),
  );
});

test("each request of an agent begins with the one before it on its path, as long as both are within the budget", () => {
  let compared = 0;
  fc.assert(
    fc.property(conversation, fc.integer({ min: 200, max: 4000 }), (turns, tokens) => {
      const asked = live(turns, tokens);
      for (const [n, { path, agent, answerId, sent, whole }] of asked.entries()) {
        // What was refused as too long is left out later on, and the log names it.
        if (path.some((each) => each.role === "assistant" && endedTooLong(each))) continue;
        const before = asked
          .slice(0, n)
          .findLast(
            (each) =>
              each.agent === agent &&
              (each.answerId === answerId || path.some(({ id }) => id === each.answerId)) &&
              each.path.every((one, m) => isSame(one, path[m])),
          );
        if (!before || before.sent.continues || before.sent.summarized !== sent.summarized) continue;
        const longer = [...before.sent.messages, ...whole.slice(before.whole.length)];
        // A summary and the question behind it are counted one by one, and rounded up.
        if (tokensOf(longer) > tokens - 4) continue;
        compared += 1;
        for (const [m, message] of before.sent.messages.slice(0, -1).entries())
          assert.deepEqual(sent.messages[m], message);
        const at = before.sent.messages.length - 1;
        const [was, is] = [before.sent.messages[at], sent.messages[at]];
        if (was?.role === "tool") assert.deepEqual(is, was);
        else assert.ok(textsOf(is).startsWith(textsOf(was)));
      }
    }),
    { numRuns: Number(process.env["RIVULET_CONVERSATIONS"] ?? 100) },
  );
  assert.ok(compared > 100, String(compared));
});

/** A message that was there, as it was then. */
const isSame = (one: Message, other: Message | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
