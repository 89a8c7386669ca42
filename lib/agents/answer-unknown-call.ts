import { tryParseJson } from "../models/try-parse-json.ts";
import { valueFault } from "../protocol/json-bounds.ts";
import type { EventBody, FinishReason } from "../protocol/run-event.ts";
import type { ModelCall } from "./step-parts.ts";

/**
 * What a call to a tool that was not offered comes to. No arguments at all are an empty object where the
 * model ended its answer to make the call; where it was cut off they are arguments that never came.
 */
export function answerUnknownCall(
  { toolCallId, toolName, input, providerMetadata }: ModelCall,
  finishReason: FinishReason,
): EventBody[] {
  const given = providerMetadata && { providerMetadata };
  const isWhole = finishReason === "tool-calls" || finishReason === "stop";
  const parsed = tryParseJson(isWhole && input.trim() === "" ? "{}" : input);
  if (parsed === undefined) {
    const errorText = `the arguments of ${toolName} are incomplete`;
    return [{ type: "tool-input-error", toolCallId, toolName, input, errorText, ...given }];
  }
  const fault = valueFault(parsed);
  if (fault !== undefined) {
    const errorText = `the arguments of ${toolName} are ${fault}`;
    return [{ type: "tool-input-error", toolCallId, toolName, input: "", errorText, ...given }];
  }
  const errorText = `there is no tool named ${toolName}`;
  return [
    { type: "tool-input-available", toolCallId, toolName, input: parsed, ...given },
    { type: "tool-output-error", toolCallId, errorText, code: "unknown_tool" },
  ];
}
