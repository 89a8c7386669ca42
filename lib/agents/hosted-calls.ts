import type { ModelPart } from "../models/model.ts";
import type { EventBody } from "../protocol/run-event.ts";

export type HostedCallPart = Extract<
  ModelPart,
  { type: "hosted-call-start" | "hosted-call-input" | "hosted-call-end" }
>;

/** The calls of a step that the model's provider makes itself, as events. */
export interface HostedCalls {
  take(part: HostedCallPart): EventBody[];
  /** The answer is complete: whatever was not told of a call is nothing. */
  end(): EventBody[];
}

/** `uniqueCallId`: gives an id that no other call of the run has. What is said twice counts once. */
export function createHostedCalls(stepId: string, uniqueCallId: (id: string) => string): HostedCalls {
  const calls = new Map<
    string,
    { toolCallId: string; toolName: string; isCalled: boolean; isEnded: boolean }
  >();

  function take(part: HostedCallPart): EventBody[] {
    const call = calls.get(part.callId);
    switch (part.type) {
      case "hosted-call-start": {
        if (call) return [];
        const toolCallId = uniqueCallId(part.callId);
        const { toolName } = part;
        calls.set(part.callId, { toolCallId, toolName, isCalled: false, isEnded: false });
        return [{ type: "tool-input-start", toolCallId, toolName, stepId, providerExecuted: true }];
      }
      case "hosted-call-input": {
        if (!call || call.isCalled) return [];
        call.isCalled = true;
        const { toolCallId, toolName } = call;
        return [
          { type: "tool-input-available", toolCallId, toolName, input: part.input },
          { type: "tool-start", toolCallId, attempt: 1, isOutside: true },
        ];
      }
      case "hosted-call-end": {
        if (!call || call.isEnded) return [];
        call.isEnded = true;
        const { toolCallId } = call;
        const { output = null, errorText } = part;
        return errorText === undefined
          ? [{ type: "tool-output-available", toolCallId, output }]
          : [{ type: "tool-output-error", toolCallId, errorText, code: "tool-failed" }];
      }
      default:
        return part satisfies never;
    }
  }

  return {
    take,
    end: () =>
      [...calls].flatMap(([callId, { isEnded }]) =>
        isEnded
          ? []
          : [
              ...take({ type: "hosted-call-input", callId, input: {} }),
              ...take({ type: "hosted-call-end", callId }),
            ],
      ),
  };
}
