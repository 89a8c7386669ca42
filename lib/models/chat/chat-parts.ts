import type { Usage } from "../../protocol/run-event.ts";
import { createSurrogateBuffer } from "../../protocol/surrogates.ts";
import type { ModelPart } from "../model.ts";
import { createModelNameReader } from "../model-name-reader.ts";
import type { ChatChoice, ChatChunk, ChatContent, ChatDelta } from "./chat-chunk.ts";
import { createChatToolCalls } from "./chat-tool-calls.ts";
import type { ChatUsage } from "./chat-usage.ts";
import { createFinishWatch } from "./finish-watch.ts";
import { createRepeatedText } from "./repeated-text.ts";
import { createShownChoice } from "./shown-choice.ts";
import { createThinkTags } from "./think-tags.ts";

/*
 * What the chunks of one answer come to.
 *
 * 1. Of a chunk's thoughts one field counts, since servers repeat one thought under several names.
 * 2. A whole message repeats the kinds that came in deltas; of the other kinds it is the answer.
 * 3. Usage: the last report of each figure counts, `x_groq`'s only where there is no other.
 * 4. A finish reason is passed on at the end, if it stands then (finish-watch.ts).
 * 5. The first name that the server gives to the model is the answer's.
 */

export interface ChatPartsOptions {
  /** Makes the ids of tool calls whose server gives none: the same for the same request. */
  seed: string;
  usageSource: Usage["source"];
  /** The text begins inside a thought. */
  startsThinking: boolean;
}

/** Each method adds to `parts` what it finds. */
export interface ChatParts {
  read(chunk: ChatChunk, parts: ModelPart[]): void;
  /** The name that the server gives to the model. */
  readName(name: string, parts: ModelPart[]): void;
  /** A chunk of choice 0 that is text and nothing else; `id`: the chunk's, where it was looked at. */
  readText(text: string, parts: ModelPart[], id?: string): void;
  /**
   * What was held back, then `finish` if there is a finish reason that stands. False: the endpoint itself
   * says that the answer is not whole.
   */
  end(parts: ModelPart[], how: ChatEnd): boolean;
  /** What a chunk says of itself is still to be read. */
  readonly needsHead: boolean;
  /** A finish reason stands: what is still to come is usage at most. */
  readonly isFinished: boolean;
  /** It came along with text: some servers send one with every chunk. */
  readonly isProvisional: boolean;
}

export interface ChatEnd {
  /** The stream said that it is the end. */
  isDone: boolean;
  /** It failed before its end. */
  isCut: boolean;
}

export function createChatParts({ seed, usageSource, startsThinking }: ChatPartsOptions): ChatParts {
  const buffers = {
    reasoning: createSurrogateBuffer(),
    text: createSurrogateBuffer(),
    refusal: createSurrogateBuffer(),
  };
  const tags = createThinkTags({ startsThinking });
  const thoughtTags = createThinkTags({ startsThinking: true });
  const details = createRepeatedText();
  const toolCalls = createChatToolCalls((index) => `call_${seed}_${index}`);
  const choices = createShownChoice();
  const finish = createFinishWatch();
  /** 5. */
  const modelName = createModelNameReader();
  /** The kinds that came. */
  const begun = { reasoning: false, text: false, refusal: false, calls: false };
  let hasReasoningField = false;
  let message: ChatDelta | undefined;
  let usage: ChatUsage = {};
  let hasOwnUsage = false;
  let isThought = false;

  function read(chunk: ChatChunk, parts: ModelPart[]): void {
    modelName.read(chunk.model, parts);
    for (const choice of choices.read(chunk, hasBegun())) readChoice(choice, parts);
    readUsage(chunk, parts);
  }

  const hasBegun = (): boolean => begun.text || begun.reasoning || begun.refusal || begun.calls;

  function readChoice({ delta, message: whole, finishReason }: ChatChoice, parts: ModelPart[]): void {
    message = whole ?? message;
    const hasText = delta !== undefined && readDelta(delta, parts);
    if (hasText) finish.noteText();
    if (finishReason === undefined) return;
    finish.note(finishReason, hasText);
    readMessage(parts);
  }

  /** 2. */
  function readMessage(parts: ModelPart[]): void {
    if (message) readDelta(missingOf(message), parts);
    message = undefined;
  }

  function missingOf({
    reasoning,
    reasoningDetails,
    content,
    refusal,
    toolCalls: calls,
  }: ChatDelta): ChatDelta {
    return {
      reasoning: begun.reasoning ? "" : reasoning,
      reasoningDetails: begun.reasoning ? "" : reasoningDetails,
      content: content.filter(({ type }) => !begun[type]),
      refusal: begun.refusal ? "" : refusal,
      toolCalls: begun.calls ? [] : calls,
    };
  }

  function readDelta(delta: ChatDelta, parts: ModelPart[]): boolean {
    const { refusal, content, toolCalls: calls } = delta;
    const reasoning = reasoningOf(delta);
    addText("reasoning", reasoning, parts);
    for (const each of content) readContent(each, parts);
    addText("refusal", refusal, parts);
    if (calls.length > 0) add(tags.flush(), parts);
    for (const call of calls) toolCalls.read(call, parts);
    begun.reasoning ||= reasoning !== "";
    begun.refusal ||= refusal !== "";
    begun.calls ||= calls.length > 0;
    return reasoning !== "" || refusal !== "" || content.length > 0 || calls.length > 0;
  }

  /** 1. */
  function reasoningOf({ reasoning, reasoningDetails }: ChatDelta): string {
    hasReasoningField ||= reasoning !== "";
    return hasReasoningField ? reasoning : details.read(reasoningDetails);
  }

  function readContent({ type, text }: ChatContent, parts: ModelPart[]): void {
    begun[type] = true;
    if (type === "text") readTagged(text, parts);
    else if (type === "refusal") addText(type, text, parts);
    else {
      isThought = true;
      for (const thought of thoughtTags.push(text)) addText(type, thought.text, parts);
    }
  }

  function readTagged(text: string, parts: ModelPart[]): void {
    if (isThought) endThought(parts);
    if (tags.passes(text)) addText("text", text, parts);
    else add(tags.push(text), parts);
  }

  function endThought(parts: ModelPart[]): void {
    isThought = false;
    for (const { text } of thoughtTags.flush()) addText("reasoning", text, parts);
  }

  function add(found: readonly { type: "text" | "reasoning"; text: string }[], parts: ModelPart[]): void {
    for (const { type, text } of found) {
      begun[type] = true;
      addText(type, text, parts);
    }
  }

  function addText(type: keyof typeof buffers, text: string, parts: ModelPart[]): void {
    if (text === "") return;
    toolCalls.settle(parts);
    const delta = buffers[type].push(text);
    if (delta !== "") parts.push({ type, delta });
  }

  /** 3. */
  function readUsage(chunk: ChatChunk, parts: ModelPart[]): void {
    const report = chunk.usage ?? (hasOwnUsage ? undefined : chunk.groqUsage);
    if (!report) return;
    usage = chunk.usage && !hasOwnUsage ? report : { ...usage, ...report };
    hasOwnUsage ||= chunk.usage !== undefined;
    finish.noteUsage(chunk.choices.length === 0);
    parts.push({ type: "usage", usage: { ...usage, source: usageSource } });
  }

  function readEnd(parts: ModelPart[]): void {
    for (const choice of choices.end(hasBegun())) readChoice(choice, parts);
    readMessage(parts);
    endThought(parts);
    add(tags.flush(), parts);
    for (const type of ["reasoning", "text", "refusal"] as const) {
      const delta = buffers[type].flush();
      if (delta !== "") parts.push({ type, delta });
    }
    toolCalls.end(parts);
  }

  return {
    read,
    readName: modelName.read,
    readText(text, parts, id) {
      choices.skip(id);
      if (text === "") return;
      begun.text = true;
      finish.noteText();
      readTagged(text, parts);
    },
    end(parts, how) {
      readEnd(parts);
      if (how.isCut) return true;
      const reason = finish.end(how.isDone);
      if (reason === "failed") return false;
      // A thought that never ended was cut off, whatever the server says.
      const shown = reason === "stop" && tags.isThinking ? "length" : reason;
      if (shown !== undefined) parts.push({ type: "finish", reason: shown });
      return true;
    },
    get needsHead() {
      return !modelName.hasName || choices.isOpen;
    },
    get isFinished() {
      return finish.isFinished;
    },
    get isProvisional() {
      return finish.isProvisional;
    },
  };
}
