import type { Producer, ProducerContext } from "#lib/agents/producer.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { EventBody, PersonQuestion } from "#lib/protocol/run-event.ts";

export interface AskingOptions {
  /** Of the calls that it makes, each of which asks first. */
  toolCallIds?: readonly string[];
  /** What each of them calls; absent: `send`. */
  call?: { toolName: string; input: unknown };
  /** What each of them asks beyond whether it may run. */
  question?: PersonQuestion;
  /** Called when a call runs: what a tool would do. */
  onRun(toolCallId: string): void;
}

const sends = { toolName: "send", input: { to: "you" } };

/**
 * One step whose calls run once a person has approved each, as few lines as do it: like an agent it goes on
 * from wherever its log stands.
 */
export const askingProducer = ({
  toolCallIds = ["call-1"],
  call = sends,
  question,
  onRun,
}: AskingOptions): Producer =>
  async function* (context) {
    const { toolName, input } = call;
    const { signal, inbox, durable } = context;
    const inputHash = "hash";
    if (context.state.steps.length === 0) {
      yield { type: "start-step", stepId: "s", index: 0, agent: "assistant" };
      for (const toolCallId of toolCallIds) {
        const approvalId = `${toolCallId}:1`;
        yield { type: "tool-input-start", toolCallId, toolName, stepId: "s" };
        yield { type: "tool-input-available", toolCallId, toolName, input };
        yield {
          ...{ type: "tool-approval-request", toolCallId, approvalId, effect: "write", inputHash },
          ...(question && { question }),
        };
      }
      await durable();
    }
    for (;;) {
      if (signal.aborted) return { type: "aborted" };
      yield* answersTo(inbox.take(), context.state.parts);
      await durable();
      // One that an earlier holder had started runs again.
      for (const call of openCalls(context))
        if (call.state !== "approval-requested") yield* run(call, context, onRun);
      await durable();
      const left = openCalls(context);
      if (left.length === 0) break;
      if (left.every(({ state }) => state === "approval-requested")) return { type: "waiting" };
    }
    yield { type: "finish-step", stepId: "s", finishReason: "stop" };
    return { type: "finished", finishReason: "stop" };
  };

const openCalls = ({ state }: ProducerContext): ToolPart[] =>
  state.parts.filter((part): part is ToolPart => part.type === "tool" && part.endedAt === undefined);

/** What came, and the end of each call that was denied. */
function* answersTo(
  items: ReturnType<ProducerContext["inbox"]["take"]>,
  parts: ProducerContext["state"]["parts"],
): Generator<EventBody> {
  for (const item of items) {
    yield item;
    if (item.type !== "tool-approval-response" || item.approved) continue;
    const call = parts.find((part) => part.type === "tool" && part.approvalId === item.approvalId);
    if (call?.type === "tool") yield { type: "tool-output-denied", toolCallId: call.toolCallId };
  }
}

async function* run(
  { toolCallId, attempt = 0 }: ToolPart,
  { durable, mayStart }: ProducerContext,
  onRun: AskingOptions["onRun"],
): AsyncGenerator<EventBody> {
  await mayStart();
  yield { type: "tool-start", toolCallId, attempt: attempt + 1 };
  await durable();
  onRun(toolCallId);
  yield { type: "tool-output-available", toolCallId, output: "sent" };
}
