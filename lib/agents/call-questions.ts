import { abortReason } from "../async/abort-reason.ts";
import { maxTimerMs } from "../async/max-timer-ms.ts";
import type { ToolAnswer, ToolPart } from "../protocol/message.ts";
import type { EventBody, PersonQuestion } from "../protocol/run-event.ts";
import { hashOfJson } from "../tools/call-hash.ts";
import type { PersonAnswer } from "../tools/tool.ts";
import type { AgentScope } from "./agent-scope.ts";
import { type CallStart, nobody, withdrawal } from "./plan-calls.ts";

/** What a call asks of the person while it runs, one question after another. */
export interface CallQuestions {
  /**
   * Resolves with what was answered: at once, where the same question of an earlier attempt was. `n`: which
   * question of the call, from 0.
   */
  ask(question: PersonQuestion, n: number): Promise<PersonAnswer>;
  /** The call ends: nobody waits for an answer any more. */
  withdraw(): Promise<void>;
}

interface QuestionsOptions {
  signal: AbortSignal;
  emit(event: EventBody): Promise<void>;
  /** Called when the call begins, and ends, to wait for a person. */
  onAsking(call: CallStart, isAsking: boolean): void;
}

export function createCallQuestions(
  scope: AgentScope,
  call: CallStart,
  { signal, emit, onAsking }: QuestionsOptions,
): CallQuestions {
  const { context, options, onDecided } = scope.share;
  const { toolCallId } = call.part;
  let open: string | undefined;
  let before: Promise<unknown> = Promise.resolve();

  const answerTo = (isIt: (answer: ToolAnswer) => boolean): ToolAnswer | undefined =>
    context.state.parts
      .findLast((part): part is ToolPart => part.type === "tool" && part.toolCallId === toolCallId)
      ?.answers?.findLast(isIt);

  /** What the server withdrew was not answered, and a call may ask something else than it did before. */
  const isEarlier = ({ approvalId, by, inputHash }: ToolAnswer, hash: string, n: number): boolean =>
    approvalId.startsWith(`${toolCallId}:`) &&
    approvalId.endsWith(`:${n}`) &&
    inputHash === hash &&
    by !== nobody;

  async function ask(question: PersonQuestion, n: number): Promise<PersonAnswer> {
    const inputHash = hashOfJson(question);
    const earlier = answerTo((answer) => isEarlier(answer, inputHash, n));
    if (earlier) return personAnswer(earlier);
    const approvalId = `${toolCallId}:${call.attempt}:${n}`;
    open = approvalId;
    await emit({ type: "tool-approval-request", toolCallId, approvalId, effect: "ask", inputHash, question });
    onAsking(call, true);
    try {
      const answer = await answeredInTime(approvalId);
      if (answer) return personAnswer(answer);
      await withdraw();
      return { type: "cancel" };
    } finally {
      open = undefined;
      onAsking(call, false);
    }
  }

  /** Undefined: nobody has answered for too long. */
  async function answeredInTime(approvalId: string): Promise<ToolAnswer | undefined> {
    const { questionMs } = options;
    if (questionMs === undefined) return answered(approvalId);
    const ended = new AbortController();
    const end = AbortSignal.any([signal, ended.signal]);
    const late = context.clock.sleep(Math.min(questionMs, maxTimerMs), end).then(() => undefined);
    try {
      return await Promise.race([answered(approvalId), late]);
    } finally {
      ended.abort(abortReason);
    }
  }

  async function withdraw(): Promise<void> {
    const approvalId = open;
    open = undefined;
    if (approvalId !== undefined) await emit(withdrawal(approvalId));
  }

  function answered(approvalId: string): Promise<ToolAnswer> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const answer = answerTo((each) => each.approvalId === approvalId);
        if (!answer && !signal.aborted) return;
        onDecided.delete(look);
        signal.removeEventListener("abort", look);
        if (answer) resolve(answer);
        else reject(signal.reason);
      };
      onDecided.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  return {
    ask(question, n) {
      const asked = before.then(() => ask(question, n));
      before = asked.catch(() => undefined);
      return asked;
    },
    withdraw,
  };
}

function personAnswer({ approved, by, reason, content = {} }: ToolAnswer): PersonAnswer {
  if (approved) return { type: "accept", content };
  if (by === nobody) return { type: "cancel" };
  return { type: "decline", ...(reason !== undefined && { reason }) };
}
