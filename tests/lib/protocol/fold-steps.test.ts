import * as b from "../../support/event-builders.ts";
import {
  keptStep,
  nothing,
  openCall,
  openStep,
  type StepEventType,
  testFold,
  twoSteps,
  waitingStep,
} from "../../support/fold-cases.ts";

testFold<StepEventType>({
  "start-step": [
    {
      what: "opens one more step, and the others stay open",
      before: [b.startStep("a")],
      event: b.startStep("b", 1, "poet"),
      changes: () => ({ steps: [openStep("a"), openStep("b", { index: 1, agent: "poet" })] }),
    },
    {
      what: "names the tool call that the step runs inside",
      event: b.startStep("a", 0, "poet", { parentToolCallId: "call-1" }),
      changes: () => ({ steps: [openStep("a", { agent: "poet", parentToolCallId: "call-1" })] }),
    },
    {
      what: "names the workflow step that the step runs inside",
      event: b.startStep("a", 0, "poet", { workflowStep: "draft-1" }),
      changes: () => ({ steps: [openStep("a", { agent: "poet", workflowStep: "draft-1" })] }),
    },
    {
      what: "of a step that was there lets it start over, as the newest",
      before: [...twoSteps, b.retry(1, "timeout", "a")],
      event: b.startStep("a", 2),
      changes: () => ({
        steps: [openStep("b", { index: 1 }), openStep("a", { index: 2 })],
        retry: undefined,
      }),
    },
    {
      what: "of another step lets a step wait on",
      before: waitingStep,
      event: b.startStep("b"),
      changes: ({ steps }) => ({ steps: [...steps, openStep("b")] }),
    },
  ],
  "finish-step": [
    {
      what: "gives up the answer that the provider keeps: nothing of it is still to come",
      before: keptStep,
      event: b.finishStep(),
      changes: () => ({ steps: [openStep("step-1", { finishReason: "stop" })] }),
    },
    {
      what: "ends the step that it names, be it the newest or not",
      before: twoSteps,
      event: b.finishStep("length", "a"),
      changes: ({ steps }) => ({
        steps: [openStep("a", { finishReason: "length" }), steps[1] ?? openStep("")],
      }),
    },
    {
      what: "of a step that is not there changes nothing",
      before: twoSteps,
      event: b.finishStep("stop", "c"),
      changes: nothing,
    },
    {
      what: "of a step that is finished changes nothing",
      before: [...twoSteps, b.finishStep("length", "a")],
      event: b.finishStep("stop", "a"),
      changes: nothing,
    },
    {
      what: "ends the step's wait",
      before: waitingStep,
      event: b.finishStep(),
      changes: () => ({
        steps: [openStep("step-1", { retries: 1, finishReason: "stop" })],
        retry: undefined,
      }),
    },
  ],
  "model-response": [
    {
      what: "says which answer the provider keeps of the step, read to nowhere yet",
      before: twoSteps,
      event: b.modelResponse("resp-1", "a"),
      changes: ({ steps }) => ({
        steps: [openStep("a", { response: { responseId: "resp-1" } }), steps[1] ?? openStep("")],
      }),
    },
    {
      what: "of another answer begins it anew",
      before: keptStep,
      event: b.modelResponse("resp-2"),
      changes: () => ({ steps: [openStep("step-1", { response: { responseId: "resp-2" } })] }),
    },
    {
      what: "of a step that is not there changes nothing",
      before: twoSteps,
      event: b.modelResponse("resp-1", "c"),
      changes: nothing,
    },
  ],
  "reset-step": [
    {
      what: "of what was shown is told of as begun anew",
      before: [b.startStep(), b.toolInputStart()],
      event: { ...b.resetStep("step-1", 2), afterMs: 3000 },
      changes: () => ({
        steps: [openStep("step-1", { attempt: 2 })],
        parts: [],
        takeovers: [{ type: "anew", afterMs: 3000 }],
      }),
    },
    {
      what: "gives up the answer that the provider keeps",
      before: keptStep,
      event: b.resetStep("step-1", 2),
      changes: () => ({ steps: [openStep("step-1", { attempt: 2 })], parts: [] }),
    },
    {
      what: "drops the parts of its step, of every type, and no others",
      before: [
        ...[...twoSteps, b.textStart("t", "a"), b.reasoningStart("r", "a"), b.refusalDelta("no", "f", "a")],
        ...[b.toolInputStart("c", "add", "a"), b.objectStart("o", "recipe", 1, "a"), b.textStart("u", "b")],
        ...[b.handoff("a", "b", "a"), b.sourceUrl("u", "A source", "a")],
      ],
      event: b.resetStep("a", 2),
      changes: ({ steps, parts }) => ({
        steps: [openStep("a", { attempt: 2 }), steps[1] ?? openStep("")],
        parts: parts.filter(({ stepId }) => stepId === "b"),
      }),
    },
    {
      what: "takes the steps inside its step along, and the ones inside them",
      before: [
        ...[b.startStep("a"), b.toolInputStart("call-1", "ask", "a")],
        ...[b.startStep("b", 1, "poet", { parentToolCallId: "call-1" }), b.textStart("t", "b")],
        ...[b.toolInputStart("call-2", "ask", "b"), b.finishStep("tool-calls", "b")],
        ...[b.startStep("c", 2, "poet", { parentToolCallId: "call-2" }), b.textStart("u", "c")],
        ...[b.startStep("d", 3), b.toolInputStart("call-3", "ask", "d")],
        ...[b.startStep("e", 4, "poet", { parentToolCallId: "call-3" }), b.textStart("v", "e")],
      ],
      event: b.resetStep("a", 2),
      changes: ({ steps, parts }) => ({
        steps: [openStep("a", { attempt: 2 }), ...steps.slice(3)],
        parts: parts.filter(({ stepId }) => stepId === "d" || stepId === "e"),
      }),
    },
    {
      what: "of an inner step leaves the outer one and its call",
      before: [
        ...[b.startStep("a"), b.toolInputStart("call-1", "ask", "a")],
        ...[b.startStep("b", 1, "poet", { parentToolCallId: "call-1" }), b.textStart("t", "b")],
      ],
      event: b.resetStep("b", 2),
      changes: ({ steps, parts }) => ({
        steps: [steps[0] ?? openStep(""), { ...(steps[1] ?? openStep("")), attempt: 2 }],
        parts: parts.slice(0, 1),
      }),
    },
    {
      what: "opens a finished step again",
      before: [b.startStep(), b.textStart(), b.textEnd(), b.finishStep()],
      event: b.resetStep("step-1", 2),
      changes: () => ({ steps: [openStep("step-1", { attempt: 2 })], parts: [] }),
    },
    {
      what: "lets its step wait on: the next holder waits for what is left",
      before: waitingStep,
      event: b.resetStep("step-1", 2),
      changes: () => ({ steps: [openStep("step-1", { attempt: 2, retries: 1 })] }),
    },
    {
      what: "ends the wait of a step inside it",
      before: [...openCall, b.startStep("b", 1, "poet", { parentToolCallId: "call-1" }), b.retry()],
      event: b.resetStep("step-1", 2),
      changes: () => ({ steps: [openStep("step-1", { attempt: 2 })], parts: [], retry: undefined }),
    },
    {
      what: "leaves what a person said",
      before: [b.startStep(), b.finishStep(), b.steered("more"), b.startStep("b", 1), b.textStart()],
      event: b.resetStep("b", 2),
      changes: ({ steps, parts }) => ({
        steps: [steps[0] ?? openStep(""), openStep("b", { index: 1, attempt: 2 })],
        parts: parts.slice(0, 1),
      }),
    },
    {
      what: "of a step that is not there changes nothing",
      before: [...twoSteps, b.textStart()],
      event: b.resetStep("c", 2),
      changes: nothing,
    },
  ],
  "continue-step": [
    {
      what: "that says how long nothing was written is told of, with what it had come to",
      before: [b.startStep(), b.textStart(), b.textDelta("It is ")],
      event: { ...b.continueStep("step-1", 2), afterMs: 3000, isUnreported: true, stalls: 0, maxLength: 6 },
      changes: () => ({
        steps: [openStep("step-1", { attempt: 2, stalls: 0, maxLength: 6 })],
        takeovers: [{ type: "continued", afterMs: 3000, isUnreported: true }],
      }),
    },
    {
      what: "that fetches the rest says so",
      before: [b.startStep()],
      event: { ...b.continueStep("step-1", 2), afterMs: 3000, isFetched: true },
      changes: () => ({
        steps: [openStep("step-1", { attempt: 2 })],
        takeovers: [{ type: "fetched", afterMs: 3000 }],
      }),
    },
    {
      what: "whose model has begun anew amends what was told of it, until the next",
      before: [b.startStep(), { ...b.continueStep("step-1", 2), afterMs: 3000 }],
      event: b.continueStep("step-1", 2, "begun-anew"),
      changes: () => ({
        steps: [openStep("step-1", { attempt: 2, isAnew: true })],
        takeovers: [{ type: "anew", afterMs: 3000 }],
      }),
    },
    {
      what: "whose model has begun anew in a run that continues an answer is told of",
      before: [b.startStep()],
      event: b.continueStep("step-1", 1, "begun-anew"),
      changes: () => ({
        steps: [openStep("step-1", { isAnew: true })],
        takeovers: [{ type: "anew" }],
      }),
    },
    {
      what: "whose provider has forgotten the answer gives it up, and amends what was told of it",
      before: [...keptStep, { ...b.continueStep("step-1", 2), afterMs: 3000, isFetched: true }],
      event: b.continueStep("step-1", 2, "asked-again"),
      changes: () => ({
        steps: [openStep("step-1", { attempt: 2 })],
        takeovers: [{ type: "continued", afterMs: 3000, isUnreported: true }],
      }),
    },
    {
      what: "reads on in the answer that the provider keeps",
      before: keptStep,
      event: b.continueStep("step-1", 2),
      changes: () => ({
        steps: [openStep("step-1", { attempt: 2, response: { responseId: "resp-1", cursor: 4 } })],
      }),
    },
    {
      what: "counts one more attempt and keeps the parts, open ones too",
      before: [b.startStep(), b.textStart(), b.textDelta("It is ")],
      event: b.continueStep("step-1", 2),
      changes: () => ({ steps: [openStep("step-1", { attempt: 2 })] }),
    },
    {
      what: "opens a finished step again",
      before: [b.startStep(), b.finishStep("length")],
      event: b.continueStep("step-1", 2),
      changes: () => ({ steps: [openStep("step-1", { attempt: 2 })] }),
    },
    {
      what: "of a step that is not there changes nothing",
      before: twoSteps,
      event: b.continueStep("c", 2),
      changes: nothing,
    },
  ],
  retry: [
    {
      what: "lets the step that it names wait, and counts",
      before: twoSteps,
      event: b.retry(1, "rate-limited", "a"),
      changes: ({ steps }, at) => ({
        steps: [openStep("a", { retries: 1 }), steps[1] ?? openStep("")],
        retry: { stepId: "a", attempt: 1, of: 2, inMs: 1000, reason: "rate-limited", at },
      }),
    },
    {
      what: "without a step lets the newest wait",
      before: [...twoSteps, b.retry()],
      event: b.retry(2),
      changes: ({ steps }, at) => ({
        steps: [steps[0] ?? openStep(""), openStep("b", { index: 1, retries: 2 })],
        retry: { stepId: "b", attempt: 2, of: 2, inMs: 1000, reason: "rate-limited", at },
      }),
    },
    {
      what: "that waits for a server to start lets it wait, and does not count",
      before: twoSteps,
      event: b.retry(1, "starting", "a"),
      changes: (_, at) => ({
        retry: { stepId: "a", attempt: 1, of: 2, inMs: 1000, reason: "starting", at },
      }),
    },
  ],
});
