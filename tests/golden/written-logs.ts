import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import * as b from "../support/event-builders.ts";

/** Logs that take more than a model: what a reader has to know how to read before the first is written. */

const inner = (toolCallId: string) => ({ parentToolCallId: toolCallId });

/** A call of another agent, with complete arguments. */
const asks = (toolCallId: string, stepId: string): EventBody[] => [
  b.toolInputStart(toolCallId, "ask_agent", stepId),
  b.toolInputDelta(toolCallId, '{"about":"rain"}'),
  b.toolInputAvailable(toolCallId, "ask_agent", { about: "rain" }),
];

/** A piece of code that a model writes. */
const writesCode = (toolCallId: string, stepId: string, code: string): EventBody[] => [
  b.toolInputStart(toolCallId, "run_code", stepId),
  b.toolInputDelta(toolCallId, '{"code":"'),
  b.toolInputDelta(toolCallId, `${code}"}`),
  b.toolInputAvailable(toolCallId, "run_code", { code }),
];

/** What code calls: a step of its own inside the call. */
const callsIn = (toolCallId: string, stepId: string, index: number, name: string): EventBody[] => [
  b.startStep(stepId, index, "code", inner(toolCallId)),
  b.toolInputStart(`${toolCallId}_${name}_1`, "look_up", stepId),
  b.toolInputAvailable(`${toolCallId}_${name}_1`, "look_up", { name }),
];

/** A page by its number, named by the call that has read it. */
const cites = (number: number, toolCallId: string, stepId: string, title?: string): EventBody => ({
  ...b.sourceUrl(`https://example.org/${number}`, title, stepId),
  ...{ sourceId: String(number), toolCallId },
});

/** A call of the provider itself. */
const searches = (toolCallId: string, stepId: string, query: string): EventBody[] => [
  { ...b.toolInputStart(toolCallId, "web_search", stepId), providerExecuted: true },
  b.toolInputAvailable(toolCallId, "web_search", { query }),
  { ...b.toolStart(toolCallId), isOutside: true },
];

const stepOf = (instance: string): string => instance.slice(0, instance.indexOf("/"));

const running = (instance: string, attempt: number, events?: string[]) =>
  b.workflowStep({ step: stepOf(instance), instance, attempt, ...(events && { events }) });

const ended = (instance: string) =>
  b.workflowStep({ step: stepOf(instance), instance, attempt: 1, state: "done" });

const scripts: Record<string, EventBody[]> = {
  /** Two agents write at once; a reader keys parts by id and steps by stepId. */
  interleaved: [
    ...[b.startStep("a", 0, "poet"), b.startStep("b", 1, "critic")],
    ...[b.textStart("a/0", "a"), b.textDelta("Rain ", "a/0"), b.reasoningStart("b/0", "b")],
    ...[b.reasoningDelta("Is it ", "b/0"), b.textDelta("falls.", "a/0"), b.reasoningDelta("good?", "b/0")],
    ...[b.reasoningEnd("b/0"), b.textStart("b/1", "b"), b.textEnd("a/0"), b.finishStep("stop", "a")],
    ...[b.textDelta("It is.", "b/1"), b.textEnd("b/1"), b.finishStep("stop", "b"), b.finish()],
  ],
  /** An agent is a tool of another, and has one itself; two workflow steps run beside each other. */
  nested: [
    ...[b.startStep("a"), b.textStart("a/0", "a"), b.textDelta("I will ask.", "a/0"), b.textEnd("a/0")],
    ...[...asks("call-1", "a"), b.toolStart("call-1")],
    ...[b.startStep("b", 0, "researcher", inner("call-1")), ...asks("call-2", "b"), b.toolStart("call-2")],
    ...[b.startStep("c", 0, "reader", inner("call-2")), b.textStart("c/0", "c"), b.textDelta("Wet.", "c/0")],
    ...[b.textEnd("c/0"), b.finishStep("stop", "c"), b.toolOutputAvailable("call-2", "Wet.")],
    ...[b.finishStep("tool-calls", "b"), b.startStep("d", 1, "researcher", inner("call-1"))],
    ...[b.textStart("d/0", "d"), b.textDelta("It is wet.", "d/0"), b.textEnd("d/0")],
    ...[b.finishStep("stop", "d"), b.toolOutputAvailable("call-1", "It is wet.")],
    ...[b.finishStep("tool-calls", "a"), b.startStep("e", 1), b.textStart("e/0", "e")],
    ...[b.textDelta("Rain is wet.", "e/0"), b.textEnd("e/0"), b.finishStep("stop", "e")],
    ...[b.workflowStep({ instance: "draft-1" }), b.startStep("f", 2, "poet", { workflowStep: "draft-1" })],
    ...[b.workflowStep({ instance: "draft-2" }), b.startStep("g", 3, "poet", { workflowStep: "draft-2" })],
    ...[b.textStart("g/0", "g"), b.textStart("f/0", "f"), b.textDelta("two", "g/0")],
    ...[b.textDelta("one", "f/0"), b.textEnd("f/0"), b.textEnd("g/0")],
    ...[b.finishStep("stop", "f"), b.finishStep("stop", "g"), b.finish()],
  ],
  /**
   * The holder is gone while an inner agent writes beside another step: its step takes the inner ones along.
   */
  "nest-reset": [
    ...[b.startStep("a"), ...asks("call-1", "a"), b.startStep("b", 1), b.textStart("b/0", "b")],
    ...[b.toolStart("call-1"), b.startStep("c", 0, "researcher", inner("call-1"))],
    ...[b.textStart("c/0", "c"), b.textDelta("It is ", "c/0"), ...asks("call-2", "c"), b.toolStart("call-2")],
    ...[b.startStep("d", 0, "reader", inner("call-2")), b.refusalDelta("I would rather not.", "d/0", "d")],
    ...[b.textDelta("Beside.", "b/0"), b.resetStep("a", 2, "owner-gone"), b.textEnd("b/0")],
    ...[b.finishStep("stop", "b"), b.textStart("a.2/0", "a"), b.textDelta("Dry.", "a.2/0")],
    ...[b.textEnd("a.2/0"), b.finishStep("stop", "a"), b.finish()],
  ],
  /** Two invalid attempts at a value, and one that is valid; another value beside it stays. */
  "object-attempts": [
    ...[b.startStep(), b.objectStart("o-1", "recipe", 1, "step-1"), b.objectDelta('{"name":', "o-1")],
    ...[{ ...b.objectEnd(null, false, "o-1"), errors: ["name is missing"] }],
    ...[b.objectStart("p-1", "menu", 1, "step-1"), b.objectDelta("[]", "p-1"), b.objectEnd([], true, "p-1")],
    ...[b.objectStart("o-2", "recipe", 2, "step-1"), b.objectDelta("{}", "o-2")],
    ...[b.objectStart("o-3", "recipe", 3, "step-1"), b.objectDelta('{"name":"soup"}', "o-3")],
    ...[b.objectEnd({ name: "soup" }, true, "o-3"), b.finishStep(), b.finish()],
  ],
  /** The next holder lets the model go on with what was read: the text stays open. */
  "continued-step": [
    ...[b.startStep(), b.reasoningStart("step-1/0", "step-1"), b.reasoningEnd("step-1/0")],
    ...[b.textStart("step-1/1", "step-1"), b.textDelta("It is ", "step-1/1")],
    ...[b.continueStep("step-1", 2, "owner-gone"), b.textDelta("five.", "step-1/1"), b.textEnd("step-1/1")],
    ...[b.finishStep(), b.finish()],
  ],
  /**
   * A person says more while an answer is written; the model sees it with the next step, and a reset keeps
   * it.
   */
  steered: [
    ...[b.startStep("a"), ...asks("call-1", "a"), b.toolStart("call-1")],
    ...[b.toolOutputAvailable("call-1", "Wet."), b.finishStep("tool-calls", "a")],
    ...[b.steered("In one word, please."), b.startStep("b", 1), b.textStart("b/0", "b")],
    ...[b.textDelta("Rain is", "b/0"), b.resetStep("b", 2, "owner-gone"), b.textStart("b.2/0", "b")],
    ...[b.textDelta("Wet.", "b.2/0"), b.textEnd("b.2/0"), b.finishStep("stop", "b"), b.finish()],
  ],
  /**
   * Code of a model: a plan, two calls at once inside of it, what it prints; then code that fails, and code
   * that gives the answer with a picture.
   */
  code: [
    ...[b.startStep("a"), { ...b.reasoningStart("a/0", "a"), providerMetadata: { plan: {} } }],
    ...[b.reasoningDelta("1. Look it up", "a/0"), { ...b.reasoningEnd("a/0"), providerMetadata: { plan: {} } }],
    ...[b.textStart("a/1", "a"), b.textDelta("I look it up.", "a/1"), b.textEnd("a/1")],
    ...[...writesCode("code_1", "a", "look();"), b.toolStart("code_1")],
    ...[...callsIn("code_1", "b", 0, "x"), ...callsIn("code_1", "c", 1, "y")],
    ...[b.toolStart("code_1_x_1"), b.toolStart("code_1_y_1"), b.toolOutputAvailable("code_1_y_1", 2)],
    ...[b.finishStep("tool-calls", "c"), b.toolOutputAvailable("code_1_x_1", 1)],
    ...[b.finishStep("tool-calls", "b")],
    { ...b.toolOutputAvailable("code_1", { printed: "1 2\n" }), preliminary: true },
    ...[b.toolOutputAvailable("code_1", { printed: "1 2\n", value: 3 }), b.finishStep("tool-calls", "a")],
    ...[b.startStep("d", 1), ...writesCode("code_2", "d", "nope;"), b.toolStart("code_2")],
    { ...b.toolOutputError("code_2", "ReferenceError: nope\nLine 1: nope;"), code: "code-failed" },
    ...[b.finishStep("tool-calls", "d"), b.startStep("e", 2)],
    ...[...writesCode("code_3", "e", "final_answer(3);"), b.toolStart("code_3")],
    b.toolOutputAvailable("code_3", {
      images: [{ type: "image", mimeType: "image/svg+xml", data: "PHN2Zy8+" }],
      answer: "It is 3.",
    }),
    ...[b.finishStep("tool-calls", "e"), b.startStep("f", 3), b.textStart("f/0", "f")],
    ...[b.textDelta("It is 3.", "f/0"), b.textEnd("f/0"), b.finishStep("stop", "f"), b.finish()],
  ],
  /**
   * Pages that calls have read, side by side: each stands before the output of its call. One that an agent
   * inside of a call read is of that call; what a reset drops is named once more.
   */
  cited: [
    ...[b.startStep("a"), b.toolInputStart("call-1", "search_web", "a")],
    ...[b.toolInputAvailable("call-1", "search_web", { query: "rain" }), ...asks("call-2", "a")],
    ...[{ ...b.toolStart("call-1"), isOutside: true }, b.toolStart("call-2")],
    ...[cites(1, "call-1", "a", "Rain"), b.startStep("b", 0, "researcher", inner("call-2"))],
    ...[b.toolInputStart("call-3", "read_page", "b"), b.toolInputAvailable("call-3", "read_page", { n: 3 })],
    ...[{ ...b.toolStart("call-3"), isOutside: true }, cites(3, "call-3", "b"), cites(2, "call-1", "a")],
    ...[b.toolOutputAvailable("call-1", "[1] [2]"), b.toolOutputAvailable("call-3", "Dry.")],
    ...[b.resetStep("b", 2, "owner-gone"), b.toolInputStart("call-4", "read_page", "b")],
    ...[b.toolInputAvailable("call-4", "read_page", { n: 3 }), { ...b.toolStart("call-4"), isOutside: true }],
    ...[cites(3, "call-4", "b", "Dry"), b.toolOutputAvailable("call-4", "Dry.")],
    ...[b.finishStep("tool-calls", "b"), b.startStep("b2", 1, "researcher", inner("call-2"))],
    ...[b.textStart("b.2/0", "b2"), b.textDelta("Dry [3].", "b.2/0"), b.textEnd("b.2/0")],
    ...[b.finishStep("stop", "b2"), b.toolOutputAvailable("call-2", "Dry [3].")],
    ...[b.finishStep("tool-calls", "a"), b.startStep("c", 1), b.textStart("c/0", "c")],
    ...[b.textDelta("Rain is wet [1][2], and over [3].", "c/0"), b.textEnd("c/0")],
    ...[b.finishStep("stop", "c"), b.finish()],
  ],
  /** Calls that a provider makes beside one of ours, begun anew by the next holder, and stopped. */
  "hosted-calls": [
    ...[b.startStep("a"), ...searches("ws-1", "a", "rain"), b.toolInputStart("call-1", "add", "a")],
    ...[{ ...b.toolOutputError("ws-1", "too many"), code: "tool-failed" }, ...searches("ws-2", "a", "wet")],
    b.toolInputAvailable("call-1", "add", { a: 1 }),
    ...[b.resetStep("a", 2, "owner-gone"), ...searches("ws-3", "a", "rain")],
    b.toolOutputAvailable("ws-3", { by: "host", results: [{ url: "https://example.org/1", title: "Rain" }] }),
    ...[b.textStart("a.2/0", "a"), b.textDelta("Rain is ", "a.2/0")],
    ...[b.sourceUrl("https://example.org/1", "Rain", "a"), b.textDelta("wet.", "a.2/0"), b.textEnd("a.2/0")],
    ...[b.toolInputStart("call-2", "add", "a"), b.toolInputAvailable("call-2", "add", { a: 2 })],
    ...[b.finishStep("tool-calls", "a"), b.toolStart("call-2"), b.toolOutputAvailable("call-2", 3)],
    ...[b.startStep("b", 1), ...searches("ws-4", "b", "sun"), b.stopRequested()],
    ...[{ ...b.toolOutputError("ws-4", "stopped"), code: "stopped" }, b.abort()],
  ],
  /** A summary that was made beside an answer. */
  summary: [
    ...[b.startStep("a"), b.agentInput({ stepId: "a", leftOut: 4, shortened: 1, budget: 3000 })],
    ...[b.textStart("a/0", "a"), b.textDelta("It is five.", "a/0"), b.textEnd("a/0")],
    ...[b.finishStep("stop", "a"), b.usageEvent({ inputTokens: 900, outputTokens: 20, source: "provider" })],
    ...[b.historySummary({ isOutside: true, usage: { inputTokens: 900, source: "provider" } }), b.finish()],
  ],
  /** A workflow that fans out and joins: a step is tried again, another is begun anew by the next holder. */
  workflow: [
    ...[b.workflowStart(), b.workflowEvent("1", "topic", "rain")],
    ...[running("outline/1", 1, ["1"]), b.progress("outlining"), b.workflowState("parts", 2, "outline/1")],
    ...[b.workflowEvent("2", "section", { n: 1 }, "outline/1")],
    ...[b.workflowEvent("3", "section", { n: 2 }, "outline/1"), ended("outline/1")],
    ...[running("draft/1", 1, ["2"]), running("draft/2", 1, ["3"])],
    ...[b.startStep("a", 0, "poet", { workflowStep: "draft/1", workflowCall: "draft/1:1" })],
    ...[b.textStart("a/0", "a"), b.textDelta("Rain falls.", "a/0"), b.textEnd("a/0")],
    ...[b.finishStep("stop", "a"), { ...running("draft/2", 1), state: "retrying", error: "busy", inMs: 500 }],
    ...[b.workflowEvent("4", "text", "Rain falls.", "draft/1"), ended("draft/1"), running("draft/2", 2)],
    ...[b.workflowEvent("5", "text", "lost", "draft/2"), b.workflowStart({ afterMs: 9000 })],
    ...[running("draft/2", 3), { ...b.progress("half", 1, 2), instance: "draft/2", attempt: 3 }],
    ...[running("join/1", 1, ["4"]), { ...ended("join/1"), keeps: true }],
    ...[b.workflowEvent("6", "text", "It is wet.", "draft/2"), ended("draft/2"), running("join/2", 1, ["6"])],
    ...[b.workflowEvent("7", "stop", "Rain falls. It is wet.", "join/2"), running("draft/3", 1)],
    ...[{ ...ended("join/2"), collects: ["4"] }, { ...ended("draft/3"), state: "cancelled" }, b.finish()],
  ],
};

/** By name; ids, epochs and times are the same each time. */
export const writtenLogs: readonly (readonly [name: string, events: RunEvent[]])[] = Object.entries(scripts).map(
  ([name, bodies]) => [name, b.numbered([b.start(), ...bodies])],
);
