import { callIdSeed } from "../call-id-seed.ts";
import { continuationPrompt } from "../continuation-prompt.ts";
import type { Model, ModelPart } from "../model.ts";
import type { ModelMessage } from "../model-message.ts";
import type { ModelRequest, ModelTool } from "../model-request.ts";
import { streamWritten, type WrittenReply } from "../stream-written.ts";
import { codeMessages } from "./code-messages.ts";
import { codePrompt } from "./code-prompt.ts";
import { type CodeReader, createCodeReader } from "./code-reader.ts";

/**
 * A model that acts by writing code, made of one that writes text: its code is a call of `run_code`, and it
 * is told of `functions` in words. It is never offered a tool as such.
 */
export function createCodeModel(model: Model, functions: readonly ModelTool[]): Model {
  const prompt = codePrompt(functions);
  return {
    ...model,
    inWords: () => prompt,
    stream: (request, signal) =>
      streamWritten(model, codeRequest(request, prompt), createCodeReply(request.messages), signal),
  };
}

/** Before them the model ends its reply; providers leave them out of it. */
const codeStops = ["</code>", "\nObservation:", "\nCalling tools:"];

/** What is written can not be read on by itself: nothing is said of how far it was read. */
function codeRequest(request: ModelRequest, prompt: string): ModelRequest {
  const { tools: _tools, toolChoice: _choice, resume: _resume, ...rest } = request;
  return {
    ...rest,
    messages: codeMessages(request.messages, prompt),
    stop: [...(request.stop ?? []), ...codeStops],
  };
}

type FinishPart = Extract<ModelPart, { type: "finish" }>;

function createCodeReply(messages: readonly ModelMessage[]): WrittenReply {
  const reader = createCodeReader({
    callId: `code_${callIdSeed(messages)}`,
    goesOn: goesOnWithText(messages),
  });
  let finish: FinishPart | undefined;
  return {
    get isDone() {
      return reader.isDone;
    },
    take(part: ModelPart): ModelPart[] {
      switch (part.type) {
        case "text":
          return reader.push(part.delta);
        case "finish":
          finish = part;
          return [];
        case "reasoning-start":
        case "reasoning":
        case "reasoning-end":
        case "refusal":
        case "model":
        case "usage":
        case "hosted-call-start":
        case "hosted-call-input":
        case "hosted-call-end":
        case "source":
          return [part];
        // It is offered none, and its texts end where their sections do.
        case "text-end":
        case "tool-call-start":
        case "tool-call-delta":
        case "tool-call-end":
        case "response":
          return [];
        default:
          return part satisfies never;
      }
    },
    /** The line broke. */
    cut: () => reader.end(true),
    end(): ModelPart[] {
      const reason = finish?.reason ?? (reader.isDone ? "stop" : undefined);
      const isWhole = reason === "stop" || reason === "tool-calls" || reason === "other";
      const parts: ModelPart[] = reader.end(!isWhole);
      if (reason === undefined) return parts;
      return [...parts, isWhole ? finishOf(reader) : { type: "finish", reason }];
    },
  };
}

/** A partial answer that its model goes on with, by itself or because it is told to. */
function goesOnWithText(messages: readonly ModelMessage[]): boolean {
  const last = messages.at(-1);
  if (last?.role === "assistant") return true;
  return last?.role === "user" && last.content.some(({ text }) => text.endsWith(continuationPrompt));
}

function finishOf({ outcome }: CodeReader): FinishPart {
  switch (outcome) {
    case "call":
      return { type: "finish", reason: "tool-calls" };
    case "answer":
      return { type: "finish", reason: "stop" };
    case "plan":
    case "no-code":
    case "observation":
    case "empty":
      return { type: "finish", reason: "stop", fault: codeFaults[outcome] };
    default:
      return outcome satisfies never;
  }
}

const codeFaults = {
  plan: "FAILURE: You have written a plan and nothing else. Go on with its first step, in code.",
  "no-code": "FAILURE: There was no code between the marks. Write it between <code> and </code>.",
  observation:
    "FAILURE: You have written an observation yourself. Write code, and you are told what it comes to.",
  empty:
    "FAILURE: Your previous response was empty. Write code between <code> and </code>, or answer in plain words.",
};
