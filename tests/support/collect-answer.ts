import type { Model, ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { FinishReason, Usage } from "#lib/protocol/run-event.ts";
import { user } from "./model-messages.ts";

/** Everything that one model request returned. */
export interface CollectedAnswer {
  text: string;
  reasoning: string;
  refusal: string;
  toolCalls: { id: string; name: string; arguments: string }[];
  usage?: Usage;
  finish?: FinishReason;
  /** The name that the provider gives to the model. */
  model?: string;
  /** Any other error is rethrown. */
  error?: ModelError;
  /** All but the model's name. */
  parts: ModelPart[];
}

export const question: readonly ModelMessage[] = [user("What is 2 + 3?")];

/** Streams an answer of a model and collects it, up to its end or its error. */
export async function collectAnswer(
  model: Model,
  messages: readonly ModelMessage[] = question,
  signal: AbortSignal = new AbortController().signal,
  onPart: (part: ModelPart) => void = () => undefined,
): Promise<CollectedAnswer> {
  const answer: CollectedAnswer = { text: "", reasoning: "", refusal: "", toolCalls: [], parts: [] };
  try {
    for await (const part of model.stream({ messages }, signal)) {
      add(answer, part);
      onPart(part);
    }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    answer.error = error;
  }
  return answer;
}

function add(answer: CollectedAnswer, part: ModelPart): void {
  if (answer.finish) throw new Error(`A ${part.type} came after finish`);
  if (part.type === "model") {
    answer.model = part.name;
    return;
  }
  answer.parts.push(part);
  switch (part.type) {
    case "text":
    case "reasoning":
    case "refusal":
      answer[part.type] += part.delta;
      break;
    case "tool-call-start":
      answer.toolCalls[part.index] = { id: part.toolCallId, name: part.toolName, arguments: "" };
      break;
    case "tool-call-delta": {
      const call = answer.toolCalls[part.index];
      if (!call) throw new Error(`Arguments of call ${part.index} came before its start`);
      call.arguments += part.delta;
      break;
    }
    case "text-end":
    case "reasoning-start":
    case "reasoning-end":
    case "tool-call-end":
    case "response":
    case "hosted-call-start":
    case "hosted-call-input":
    case "hosted-call-end":
    case "source":
      break;
    case "usage":
      answer.usage = part.usage;
      break;
    case "finish":
      answer.finish = part.reason;
      break;
    default:
      part satisfies never;
  }
}
