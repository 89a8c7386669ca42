import { callIdSeed } from "../call-id-seed.ts";
import { continuationPrompt } from "../continuation-prompt.ts";
import type { Model, ModelPart } from "../model.ts";
import type { ModelMessage } from "../model-message.ts";
import type { ModelRequest } from "../model-request.ts";
import { streamWritten, type WrittenReply } from "../stream-written.ts";
import { reactMessages } from "./react-messages.ts";
import { observationLabel, reactPrompt } from "./react-prompt.ts";
import { createReactReader, type ReactReader } from "./react-reader.ts";

/**
 * A model that calls tools in words (ReAct), made of one that knows no calls: the same parts come of it as of
 * a model with tool calling, and the same history goes into it. A request without tools, and without any that
 * were called before, is passed on as it is.
 */
export function createReactModel(model: Model): Model {
  return {
    ...model,
    inWords: (beside) => (beside.tools?.length ? reactPrompt(beside) : undefined),
    stream: (request, signal) =>
      usesTools(request)
        ? streamWritten(model, reactRequest(request), createReply(request), signal)
        : model.stream(request, signal),
  };
}

/** Whether tool calling matters to a request. */
export const usesTools = ({ tools = [], messages }: ModelRequest): boolean =>
  tools.length > 0 || messages.some(({ role }) => role === "tool");

/** Its thoughts and answers can not be read on by themselves: nothing is said of how far they were read. */
function reactRequest(request: ModelRequest): ModelRequest {
  const { tools: _tools, toolChoice: _choice, responseFormat: _format, resume: _resume, ...rest } = request;
  return {
    ...rest,
    messages: reactMessages(request.messages, reactPrompt(request)),
    stop: [...(request.stop ?? []), observationLabel],
  };
}

type Finish = Extract<ModelPart, { type: "finish" }>;

/** A reply on its way from the form of ReAct to that of the model interface. */
function createReply(request: ModelRequest): WrittenReply {
  const seed = callIdSeed(request.messages);
  const reader = createReactReader({
    tools: request.tools ?? [],
    callId: (index) => `react_${seed}_${index}`,
    startsIn: startOf(request.messages.at(-1)),
  });
  const raw = createBeginning();
  let finish: Finish | undefined;
  /** Of the model's own, which no label begins. */
  let isThinking = false;

  function* pass(parts: readonly ModelPart[]): Generator<ModelPart> {
    for (const part of parts) {
      if (isThinking && part.type === "reasoning") yield { type: "reasoning-end" };
      isThinking = false;
      yield part;
    }
  }

  return {
    get isDone() {
      return reader.isDone;
    },
    *take(part: ModelPart): Generator<ModelPart> {
      switch (part.type) {
        case "text":
          raw.push(part.delta);
          return yield* pass(reader.push(part.delta));
        case "reasoning":
          isThinking = true;
          return yield { type: part.type, delta: part.delta };
        case "reasoning-start":
        case "reasoning-end":
          isThinking = false;
          return yield part;
        case "finish":
          finish = part;
          return;
        case "refusal":
        case "model":
        case "usage":
          return yield part;
        // It knows no calls, and its texts end where their sections do.
        case "text-end":
        case "tool-call-start":
        case "tool-call-delta":
        case "tool-call-end":
        case "hosted-call-start":
        case "hosted-call-input":
        case "hosted-call-end":
        case "source":
        case "response":
          return;
        default:
          return part satisfies never;
      }
    },
    /** The line broke. */
    cut: () => pass(reader.end(true)),
    *end(): Generator<ModelPart> {
      const reason = finish?.reason ?? (reader.isDone ? "stop" : undefined);
      const isWhole = reason === "stop" || reason === "tool-calls" || reason === "other";
      yield* pass(reader.end(!isWhole));
      if (reason === undefined) return;
      yield isWhole ? endOf(reader, raw.text) : { type: "finish", reason };
    },
  };
}

function startOf(last: ModelMessage | undefined): "start" | "free" | "answer" {
  if (last?.role === "assistant") return "answer";
  if (last?.role !== "user") return "start";
  const newest = last.content.at(-1);
  return newest?.text === continuationPrompt ? "free" : "start";
}

function endOf({ outcome }: ReactReader, reply: string): Finish {
  switch (outcome) {
    case "answer":
      return { type: "finish", reason: "stop" };
    case "calls":
      return { type: "finish", reason: "tool-calls" };
    case "malformed":
    case "empty":
      return { type: "finish", reason: "stop", fault: replyFault(reply.trim()) };
    default:
      return outcome satisfies never;
  }
}

/** Nothing that the model invented goes any further. */
function replyFault(reply: string): string {
  if (reply === "") return emptyReply;
  const [written = ""] = reply.split(/^\W*observations?\W*[:：]/im);
  return `${malformedReply} Your reply was:\n\n${written.trim()}`;
}

const emptyReply =
  'FAILURE: Your previous response was empty. Reply with "Thought:" and then either "Action:" and "Action Input:" ' +
  'or "Answer:".';
const malformedReply =
  'Error while parsing the output: it has neither an "Answer:" nor an "Action:" that is followed by an ' +
  '"Action Input:" with a JSON object. Reply once more, in the form that you were told.';

/** Enough of a reply for its model to see what was wrong with it. */
const maxRawLength = 2000;

function createBeginning() {
  let text = "";
  return {
    push(delta: string): void {
      if (text.length < maxRawLength) text += delta.slice(0, maxRawLength - text.length);
    },
    get text() {
      return text.toWellFormed();
    },
  };
}
