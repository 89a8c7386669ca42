import { createSurrogateBuffer, type SurrogateBuffer } from "../../protocol/surrogates.ts";
import { argumentsText } from "../arguments-text.ts";
import { asText, asWords } from "../as-text.ts";
import { fieldsInList, fieldsOf, type JsonFields } from "../fields-of.ts";
import { hostedPage, sourcePart } from "../hosted-search.ts";
import type { ModelPart } from "../model.ts";
import { hostedInput, hostedResult } from "./hosted-blocks.ts";
import { thoughtMetadata } from "./thought-block.ts";

/** The content blocks of one answer as parts; each method adds to `parts` what it reads. */
export interface MessagesBlocks {
  start(index: number, block: JsonFields, parts: ModelPart[]): void;
  delta(index: number, delta: JsonFields, parts: ModelPart[]): void;
  stop(index: number, parts: ModelPart[]): void;
  /** Ends what is open: a message is over, some endpoints do not say so of its blocks. */
  stopAll(parts: ModelPart[]): void;
  /** What was held back. */
  flush(parts: ModelPart[]): void;
}

type UnfinishedBlock =
  | { type: "text" }
  | { type: "thinking"; signature: string }
  | { type: "redacted_thinking"; data: string }
  | { type: "tool_use"; call: number; input: unknown; args: SurrogateBuffer; hasArgs: boolean }
  /** A call of a tool of the provider's that reaches the web. */
  | { type: "server_tool_use"; callId: string; input: unknown; json: string }
  /** What the provider's other tools do, and whatever is not known here: it is left out. */
  | { type: "hosted" };

/**
 * A text goes on over blocks that follow each other, as its citations cut it; what a tool of the provider's
 * did in between ends it. Every thought is a part of its own, with its signature. `makeId`: for a call
 * without an id.
 */
export function createMessagesBlocks(host: string, makeId: (call: number) => string): MessagesBlocks {
  const open = new Map<number, UnfinishedBlock>();
  const texts = { text: createSurrogateBuffer(), reasoning: createSurrogateBuffer() };
  let calls = 0;
  /** The provider's own calls that were told of. */
  const hosted = new Set<string>();

  function start(index: number, block: JsonFields, parts: ModelPart[]): void {
    stop(index, parts);
    stopOthers(parts);
    const type = asText(block["type"]) || blockType(block);
    switch (type) {
      // Its deltas say what it is.
      case undefined:
        return;
      case "text":
        open.set(index, { type: "text" });
        for (const citation of fieldsInList(block["citations"])) addSource(citation, parts);
        return write("text", block["text"], parts);
      case "thinking":
        open.set(index, { type: "thinking", signature: asText(block["signature"]) });
        return write("reasoning", block["thinking"], parts);
      case "redacted_thinking":
        return void open.set(index, { type: "redacted_thinking", data: asText(block["data"]) });
      case "tool_use":
        return startCall(index, block, parts);
      default:
        flush(parts);
        parts.push({ type: "text-end" });
        return startHosted(index, block, parts);
    }
  }

  function startHosted(index: number, block: JsonFields, parts: ModelPart[]): void {
    const [callId, toolName] = [asText(block["id"]), asText(block["name"])];
    const isShown = block["type"] === "server_tool_use" && webTools.has(toolName) && callId !== "";
    if (isShown) {
      hosted.add(callId);
      parts.push({ type: "hosted-call-start", callId, toolName });
      return void open.set(index, { type: "server_tool_use", callId, input: block["input"], json: "" });
    }
    const result = hostedResult(host, block);
    if (result && hosted.has(result.callId)) parts.push(result);
    open.set(index, { type: "hosted" });
  }

  /** A page that the text before or behind it is from. */
  function addSource(citation: JsonFields, parts: ModelPart[]): void {
    const page = hostedPage(citation);
    if (page) parts.push(sourcePart(page));
  }

  /** What is before a block has ended, said or not. Inputs of several calls may come by turns. */
  function stopOthers(parts: ModelPart[]): void {
    for (const [index, { type }] of [...open]) if (type !== "tool_use") stop(index, parts);
  }

  function startCall(index: number, { id, name, input }: JsonFields, parts: ModelPart[]): void {
    const call = calls++;
    const toolCallId = asText(id) || makeId(call);
    open.set(index, { type: "tool_use", call, input, args: createSurrogateBuffer(), hasArgs: false });
    parts.push({ type: "tool-call-start", index: call, toolCallId, toolName: asText(name) });
  }

  function delta(index: number, fields: JsonFields, parts: ModelPart[]): void {
    const type = asText(fields["type"]) || deltaType(fields);
    const block = open.get(index) ?? implied(index, type, parts);
    if (!block || block.type === "hosted") return;
    if (type === "text_delta") write("text", fields["text"], parts);
    else if (type === "thinking_delta") write("reasoning", fields["thinking"], parts);
    else if (type === "signature_delta" && block.type === "thinking")
      block.signature += asText(fields["signature"]);
    else if (type === "citations_delta") addSource(fieldsOf(fields["citation"]), parts);
    else if (type === "input_json_delta" && block.type === "server_tool_use")
      block.json += asWords(fields["partial_json"]);
    else if (type === "input_json_delta" && block.type === "tool_use")
      addArgs(block, block.args.push(asWords(fields["partial_json"])), parts);
  }

  /** The block of a delta that came without one. */
  function implied(index: number, type: unknown, parts: ModelPart[]): UnfinishedBlock | undefined {
    if (type !== "text_delta" && type !== "thinking_delta") return undefined;
    stopOthers(parts);
    const block: UnfinishedBlock =
      type === "text_delta" ? { type: "text" } : { type: "thinking", signature: "" };
    open.set(index, block);
    return block;
  }

  function stop(index: number, parts: ModelPart[]): void {
    const block = open.get(index);
    if (!block) return;
    open.delete(index);
    flush(parts);
    switch (block.type) {
      case "thinking": {
        const { signature } = block;
        const given = signature !== "" && { providerMetadata: thoughtMetadata(host, { signature }) };
        return void parts.push({ type: "reasoning-end", ...given });
      }
      case "redacted_thinking": {
        const providerMetadata = thoughtMetadata(host, { redactedData: block.data });
        return void parts.push({ type: "reasoning-end", providerMetadata });
      }
      case "tool_use":
        addArgs(block, block.args.flush(), parts);
        // Given whole with the call, or not at all, which is none.
        if (!block.hasArgs) addArgs(block, argumentsText(block.input) || "{}", parts);
        return;
      case "server_tool_use": {
        const { callId } = block;
        return void parts.push({ type: "hosted-call-input", callId, input: hostedInput(block) });
      }
      case "text":
      case "hosted":
        return;
      default:
        block satisfies never;
    }
  }

  function addArgs(block: UnfinishedBlock & { type: "tool_use" }, text: string, parts: ModelPart[]): void {
    if (text === "") return;
    block.hasArgs = true;
    parts.push({ type: "tool-call-delta", index: block.call, delta: text });
  }

  function write(type: keyof typeof texts, text: unknown, parts: ModelPart[]): void {
    const written = texts[type].push(asWords(text));
    if (written !== "") parts.push({ type, delta: written });
  }

  function flush(parts: ModelPart[]): void {
    for (const type of ["reasoning", "text"] as const) {
      const left = texts[type].flush();
      if (left !== "") parts.push({ type, delta: left });
    }
  }

  return {
    start,
    delta,
    stop,
    stopAll(parts) {
      for (const index of [...open.keys()]) stop(index, parts);
    },
    flush,
  };
}

/** The provider's tools that reach the web. */
const webTools: ReadonlySet<string> = new Set(["web_search", "web_fetch"]);

/** Of one without a type: what it has says it. */
function blockType(block: JsonFields): UnfinishedBlock["type"] | undefined {
  if (typeof block["text"] === "string") return "text";
  if (typeof block["thinking"] === "string") return "thinking";
  return typeof block["name"] === "string" ? "tool_use" : undefined;
}

function deltaType(delta: JsonFields): string | undefined {
  if (typeof delta["text"] === "string") return "text_delta";
  if (typeof delta["thinking"] === "string") return "thinking_delta";
  if (typeof delta["partial_json"] === "string") return "input_json_delta";
  return typeof delta["signature"] === "string" ? "signature_delta" : undefined;
}
