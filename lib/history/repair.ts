import type {
  ContentPart,
  ModelMessage,
  ReasoningContent,
  ToolCallContent,
  ToolResultContent,
} from "../models/model-message.ts";
import { tryParseJson } from "../models/try-parse-json.ts";
import { isDeeper, maxValueDepth } from "../protocol/json-bounds.ts";

/*
 * Makes of any history one that every provider accepts. Owns the form of a history; which turns are sent, and
 * what they say, is decided before (`modelInput`). Afterwards:
 *
 * 1. There is at most one system message, and it is the first: of several the first, which is the acting
 *    agent's.
 * 2. Behind an assistant message with calls stands one tool message, with exactly one result for each of
 *    them, in the order of the calls. There is no other tool message.
 * 3. No two calls share an id.
 * 4. The arguments of a call are a JSON object that any endpoint can read. Those that were one are unchanged,
 *    byte for byte; others are an empty one.
 * 5. No message and no text is empty, and no two messages of one role stand in a row.
 * 6. A thought stands before what it led to in its message: providers refuse one that nothing follows.
 * 7. The name of a call, and of its result, is one that a tool may have, whatever the model invented.
 *
 * Words of a person or a model, and calls, are never dropped; results without a call are, and such thoughts.
 */

/** Pure, linear in the history, and idempotent. */
export function repair(messages: readonly ModelMessage[]): ModelMessage[] {
  const system = messages.find(({ role, content }) => role === "system" && content !== "");
  const turns = joinNeighbours(pairCalls(messages.filter(({ role }) => role !== "system")));
  return system ? [system, ...turns] : turns;
}

/** Invariants 2, 3, 4 and 7. A result belongs to the newest message before it that has a call of its id. */
function pairCalls(turns: readonly ModelMessage[]): ModelMessage[] {
  const uniqueId = createUniqueIds();
  /** What takes the result of a call, by the id that the history gives it; calls of one id in their order. */
  const takers = new Map<string, ((result: ToolResultContent) => void)[]>();

  function pair(turn: ModelMessage): ModelMessage[] {
    if (turn.role === "tool") {
      for (const result of turn.content) takers.get(result.toolCallId)?.shift()?.(result);
      return [];
    }
    return turn.role === "assistant" ? answered(turn.content) : [turn];
  }

  /** Its results are filled in as they are met. */
  function answered(parts: readonly AssistantContent[]): ModelMessage[] {
    const results: ToolResultContent[] = [];
    for (const part of parts) if (part.type === "tool-call") takers.set(part.toolCallId, []);
    const content = parts.map((part) => {
      if (part.type !== "tool-call") return part;
      const toolCallId = uniqueId(part.toolCallId);
      const toolName = sentName(part.toolName);
      const call = { ...part, toolCallId, toolName, input: objectOf(part.input) };
      const at = results.push(interrupted(call)) - 1;
      takers.get(part.toolCallId)?.push((result) => {
        results[at] = { ...result, toolCallId, toolName };
      });
      return call;
    });
    return [
      { role: "assistant", content },
      { role: "tool", content: results },
    ];
  }

  return turns.flatMap(pair);
}

type AssistantContent = Extract<ModelMessage, { role: "assistant" }>["content"][number];

const interrupted = ({ toolCallId, toolName }: ToolCallContent): ToolResultContent => ({
  type: "tool-result",
  toolCallId,
  toolName,
  output: "The tool call was interrupted before a result was produced.",
  isError: true,
});

/** Gives each id back the first time, and one with a number behind it each further time. */
function createUniqueIds(): (id: string) => string {
  const used = new Set<string>();
  const counts = new Map<string, number>();
  return (given) => {
    const id = given === "" ? "call" : given;
    let count = counts.get(id) ?? 1;
    let unique = id;
    while (used.has(unique)) unique = `${id}_${(count += 1)}`;
    counts.set(id, count);
    used.add(unique);
    return unique;
  };
}

/** Invariant 7: of a name that no tool has, providers refuse the request, and every later one. */
const sentName = (toolName: string): string => toolName.replace(/[^\w-]/g, "_").slice(0, 64) || "_";

/**
 * Many endpoints parse the arguments of old calls, and refuse the request, and every later one, if they
 * cannot. Theirs are stricter readers: of half a surrogate pair, of numbers, of depth.
 */
function objectOf(input: string): string {
  const value = tryParseJson(input);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && !isDeeper(input, maxValueDepth) && isPlain(value) ? input : "{}";
}

/** Printed again, half a surrogate pair is an escape, and a number that is none of JSON's is null. */
function isPlain(value: unknown): boolean {
  const json = JSON.stringify(value);
  if (/(?<!\\)(\\\\)*\\ud[89a-f]/.test(json)) return false;
  return !/\bnull\b/.test(json) || isFiniteThroughout(value);
}

function isFiniteThroughout(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isFiniteThroughout);
}

/** Invariant 5: many endpoints refuse two messages of one role in a row. */
function joinNeighbours(turns: readonly ModelMessage[]): ModelMessage[] {
  const joined: ModelMessage[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    const next = last ? joinTurns(last, turn) : undefined;
    if (next) joined[joined.length - 1] = next;
    else joined.push(withJoinedTexts(turn));
    if (joined.at(-1)?.content.length === 0) joined.pop();
  }
  return joined;
}

/** An assistant message that has calls is never the first of two: their results stand between. */
function joinTurns(one: ModelMessage, next: ModelMessage): ModelMessage | undefined {
  if (one.role === "user" && next.role === "user")
    return userTurnOf(joinTexts([...one.content, ...next.content]), one.isWithinTurn && next.isWithinTurn);
  if (one.role === "assistant" && next.role === "assistant")
    return { role: one.role, content: withoutLastThought(joinTexts([...one.content, ...next.content])) };
  return undefined;
}

function withJoinedTexts(turn: ModelMessage): ModelMessage {
  if (turn.role === "user") return userTurnOf(joinTexts(turn.content), turn.isWithinTurn);
  if (turn.role === "assistant")
    return { role: turn.role, content: withoutLastThought(joinTexts(turn.content)) };
  return turn;
}

const userTurnOf = (content: readonly ContentPart[], isWithinTurn: true | undefined): ModelMessage => ({
  ...{ role: "user", content },
  ...(isWithinTurn && { isWithinTurn }),
});

/** Invariant 6. */
const withoutLastThought = (parts: readonly AssistantContent[]): readonly AssistantContent[] =>
  parts.slice(0, parts.findLastIndex(({ type }) => type !== "reasoning") + 1);

/**
 * Adjacent texts as one, with the space between them that a person sees; without empty ones. One that the
 * provider knows by a name of its own stays as it is.
 */
function joinTexts<P extends ContentPart | ReasoningContent | ToolCallContent>(parts: readonly P[]): P[] {
  const joined: P[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.type !== "text") joined.push(part);
    else if (part.text === "") continue;
    else if (last?.type === "text" && !last.providerMetadata && !part.providerMetadata)
      joined[joined.length - 1] = { ...last, text: `${last.text}\n\n${part.text}` };
    else joined.push(part);
  }
  return joined;
}
