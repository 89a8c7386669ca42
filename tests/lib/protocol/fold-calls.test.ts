import type { PartEvent } from "#lib/protocol/fold-parts.ts";
import type { Part } from "#lib/protocol/message.ts";
import * as b from "../../support/event-builders.ts";
import { added, edited, nothing, openCall, testFold, twoSteps } from "../../support/fold-cases.ts";

const asksFor = (approvalId: string) =>
  ({ state: "approval-requested", approvalId, effect: "writes", inputHash: "hash" }) as const;
/** The newest part changed so; the run has waited since the event before. */
const answered: typeof edited = (change, at) => (before, ts) => ({
  ...edited(change, at)(before, ts),
  waitedMs: 10,
});
const ageQuestion = {
  message: "How old?",
  schema: { type: "object", properties: { age: { type: "integer" } } },
};

testFold<Extract<PartEvent["type"], `tool-${string}`>>({
  "tool-input-start": [
    {
      what: "opens a call in the step that it names",
      before: twoSteps,
      event: b.toolInputStart("c", "add", "a"),
      changes: added(() => ({
        type: "tool",
        toolCallId: "c",
        toolName: "add",
        state: "input-streaming",
        inputText: "",
        stepId: "a",
      })),
    },
  ],
  "tool-input-delta": [
    {
      what: "appends to the arguments of that call",
      before: [...openCall, b.toolInputDelta("call-1", '{"a')],
      event: b.toolInputDelta("call-1", '":1}'),
      changes: edited(() => ({ inputText: '{"a":1}' })),
    },
  ],
  "tool-input-available": [
    {
      what: "completes the arguments",
      before: openCall,
      event: b.toolInputAvailable("call-1", "add", { a: 1 }),
      changes: edited(() => ({ state: "input-available", input: { a: 1 } })),
    },
  ],
  "tool-input-error": [
    {
      what: "ends a call whose arguments are no use",
      before: openCall,
      event: b.toolInputError("call-1", "add", "{", "incomplete"),
      changes: edited((endedAt) => ({
        state: "output-error",
        input: "{",
        errorText: "incomplete",
        endedAt,
      })),
    },
  ],
  "tool-start": [
    {
      what: "lets a call run, and counts its attempts",
      before: openCall,
      event: b.toolStart("call-1", 2),
      changes: edited(() => ({ state: "running", attempt: 2 })),
    },
    {
      what: "of a tool outside says that what it gives back was written by others",
      before: openCall,
      event: { ...b.toolStart("call-1", 2), isOutside: true },
      changes: edited(() => ({ state: "running", attempt: 2, isOutside: true })),
    },
  ],
  "tool-approval-request": [
    {
      what: "lets a call wait for a person",
      before: openCall,
      event: b.toolApprovalRequest("call-1", "p"),
      changes: edited(() => asksFor("p")),
    },
    {
      what: "with a question says what is asked",
      before: [...openCall, b.toolStart()],
      event: { ...b.toolApprovalRequest("call-1", "q"), question: ageQuestion },
      changes: edited(() => ({ ...asksFor("q"), question: ageQuestion })),
    },
    {
      what: "of a tool that is described otherwise by now says how",
      before: openCall,
      event: { ...b.toolApprovalRequest("call-1", "p"), change: { description: "new" } },
      changes: edited(() => ({ ...asksFor("p"), change: { description: "new" } })),
    },
    {
      what: "without one asks nothing of what was asked before",
      before: [...openCall, { ...b.toolApprovalRequest("call-1", "q"), question: ageQuestion }],
      event: b.toolApprovalRequest("call-1", "p"),
      changes: ({ parts: [part] }) => {
        const { question: _, ...call } = { question: undefined, ...part };
        // Cast: it was a call before.
        return { parts: [{ ...call, ...asksFor("p") } as Part] };
      },
    },
  ],
  "tool-approval-response": [
    {
      what: "that approves makes the call ready to run",
      before: [...openCall, b.toolApprovalRequest("call-1", "p"), b.toolInputStart("call-2")],
      event: b.toolApprovalResponse("p"),
      changes: answered(() => ({ state: "input-available", decision: { approved: true, by: "user" } }), -2),
    },
    {
      what: "that denies leaves the call to its denial",
      before: [...openCall, b.toolApprovalRequest("call-1", "p")],
      event: b.toolApprovalResponse("p", false),
      changes: answered(() => ({ decision: { approved: false, by: "user" } })),
    },
    {
      what: "that holds for the conversation, with a reason, says so",
      before: [...openCall, b.toolApprovalRequest("call-1", "p")],
      event: { ...b.toolApprovalResponse("p", false), scope: "conversation", reason: "no" },
      changes: answered(() => ({
        decision: { approved: false, by: "user", scope: "conversation", reason: "no" },
      })),
    },
    {
      what: "that comes second changes nothing of a call that was denied",
      before: [...openCall, b.toolApprovalRequest("call-1", "p"), b.toolApprovalResponse("p", false)],
      event: b.toolApprovalResponse("p"),
      changes: () => ({ waitedMs: 20 }),
    },
    {
      what: "that comes when the call has ended changes nothing of it",
      before: [
        ...[...openCall, b.toolApprovalRequest("call-1", "p"), b.toolApprovalResponse("p")],
        ...[b.toolStart(), b.toolOutputAvailable("call-1", 5)],
      ],
      event: b.toolApprovalResponse("p"),
      changes: () => ({ waitedMs: 20 }),
    },
    {
      what: "to a question lets the call go on with what was answered",
      before: [
        ...[...openCall, b.toolStart()],
        { ...b.toolApprovalRequest("call-1", "q"), question: ageQuestion },
      ],
      event: { ...b.toolApprovalResponse("q"), content: { age: 5 } },
      changes: answered(() => ({
        state: "running",
        decision: { approved: true, by: "user", content: { age: 5 } },
        answers: [{ approvalId: "q", inputHash: "hash", approved: true, by: "user", content: { age: 5 } }],
      })),
    },
    {
      what: "to a question decides nothing of a call that was approved before",
      before: [
        ...[...openCall, b.toolApprovalRequest("call-1", "p"), b.toolApprovalResponse("p"), b.toolStart()],
        { ...b.toolApprovalRequest("call-1", "q"), question: ageQuestion },
      ],
      event: b.toolApprovalResponse("q", false),
      changes: (before, ts) => ({
        ...edited(() => ({
          state: "running",
          answers: [{ approvalId: "q", inputHash: "hash", approved: false, by: "user" }],
        }))(before, ts),
        waitedMs: 20,
      }),
    },
  ],
  "tool-progress": [
    {
      what: "says how far a call is",
      before: openCall,
      event: b.toolProgress("call-1", 2, 5),
      changes: edited(() => ({ progress: { progress: 2, total: 5 } })),
    },
    {
      what: "takes the place of the one before",
      before: [...openCall, b.toolProgress("call-1", 2, 5)],
      event: { type: "tool-progress", toolCallId: "call-1", progress: 3, message: "nearly" },
      changes: edited(() => ({ progress: { progress: 3, message: "nearly" } })),
    },
  ],
  "tool-output-available": [
    {
      what: "ends a call with its output",
      before: openCall,
      event: b.toolOutputAvailable("call-1", [5]),
      changes: edited((endedAt) => ({ state: "output-available", output: [5], endedAt })),
    },
    {
      what: "that is preliminary leaves the call open",
      before: [...openCall, b.toolStart()],
      event: { ...b.toolOutputAvailable("call-1", [4]), preliminary: true },
      changes: edited(() => ({ output: [4] })),
    },
  ],
  "tool-output-error": [
    {
      what: "ends a call with what went wrong",
      before: openCall,
      event: { ...b.toolOutputError("call-1", "broke"), code: "unknown_tool" },
      changes: edited((endedAt) => ({
        state: "output-error",
        errorText: "broke",
        code: "unknown_tool",
        endedAt,
      })),
    },
    {
      what: "may go without a code",
      before: openCall,
      event: b.toolOutputError("call-1", "broke"),
      changes: edited((endedAt) => ({ state: "output-error", errorText: "broke", endedAt })),
    },
  ],
  "tool-output-denied": [
    {
      what: "ends a call that was denied",
      before: openCall,
      event: b.toolOutputDenied(),
      changes: edited((endedAt) => ({ state: "output-denied", endedAt })),
    },
    {
      what: "says why to the model",
      before: openCall,
      event: { ...b.toolOutputDenied(), reason: "not now" },
      changes: edited((endedAt) => ({ state: "output-denied", errorText: "not now", endedAt })),
    },
    {
      what: "of a call that is not there changes nothing",
      before: openCall,
      event: b.toolOutputDenied("call-2"),
      changes: nothing,
    },
  ],
});
