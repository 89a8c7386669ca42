import { isPlainCallId, sentCallId } from "../sent-call-id.ts";
import { withoutFields } from "../without-fields.ts";
import type { ChatMessage, ChatRequest } from "./chat-request.ts";

/** A request of which anything may be missing that an endpoint does not take. */
export type AcceptedRequest = Omit<ChatRequest, "stream" | "stream_options"> &
  Partial<Pick<ChatRequest, "stream" | "stream_options">>;

/** What is sent and may be left out, by the names of lib/models/refused-fields.ts. */
export const sentFields = (body: AcceptedRequest): string[] => [
  ...Object.keys(body),
  ...(body.messages.some(({ role }) => role === "system") ? ["system"] : []),
  ...(body.messages.flatMap(callIdsOf).every(isPlainCallId) ? [] : ["tool_call_ids"]),
];

const callIdsOf = (message: ChatMessage): string[] => {
  if (message.role === "tool") return [message.tool_call_id];
  return message.role === "assistant" ? (message.tool_calls ?? []).map(({ id }) => id) : [];
};

/**
 * A request without the fields that an endpoint was found not to take. The limit of the answer goes under its
 * other name, as long as that is taken; a system message goes in front of the first question; ids of calls go
 * in a form that is taken everywhere.
 */
export function leaveOut(body: ChatRequest, without: ReadonlySet<string>): AcceptedRequest {
  if (without.size === 0) return body;
  const { messages, max_tokens, max_completion_tokens, ...rest } = body;
  const limit = max_tokens ?? max_completion_tokens;
  const names = limitFields.toSorted((one) => (one in body ? -1 : 1));
  const limitField = names.find((field) => !without.has(field));
  return {
    ...withoutFields<Omit<AcceptedRequest, "messages">>(rest, without),
    messages: (without.has("system") ? withoutSystem(messages) : messages).map((each) =>
      withCallIds(each, without),
    ),
    ...(limit !== undefined && limitField && { [limitField]: limit }),
  };
}

const limitFields = ["max_tokens", "max_completion_tokens"] as const;

function withoutSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const system = messages.find((each) => each.role === "system")?.content ?? "";
  const [first, ...later] = messages.filter(({ role }) => role !== "system");
  if (first?.role !== "user") return [{ role: "user", content: system }, ...(first ? [first] : []), ...later];
  const { content } = first;
  const joined =
    typeof content === "string"
      ? `${system}\n\n${content}`
      : [{ type: "text" as const, text: system }, ...content];
  return [{ role: "user", content: joined }, ...later];
}

function withCallIds(message: ChatMessage, without: ReadonlySet<string>): ChatMessage {
  if (!without.has("tool_call_ids")) return message;
  if (message.role === "tool") return { ...message, tool_call_id: sentCallId(message.tool_call_id, without) };
  if (message.role !== "assistant" || !message.tool_calls) return message;
  const calls = message.tool_calls.map((call) => ({ ...call, id: sentCallId(call.id, without) }));
  return { ...message, tool_calls: calls };
}
