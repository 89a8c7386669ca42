import { withoutFields } from "../without-fields.ts";
import type { ChatMessage, ChatRequest } from "./chat-request.ts";

/** A request of which anything may be missing that an endpoint does not take. */
export type AcceptedRequest = Omit<ChatRequest, "stream" | "stream_options"> &
  Partial<Pick<ChatRequest, "stream" | "stream_options">>;

/** What is sent and may be left out, by the names of lib/models/refused-fields.ts. */
export const sentFields = (body: AcceptedRequest): string[] => [
  ...Object.keys(body),
  ...(body.messages.some(({ role }) => role === "system") ? ["system"] : []),
];

/**
 * A request without the fields that an endpoint was found not to take. The limit of the answer goes under its
 * other name, as long as that is taken; a system message goes in front of the first question.
 */
export function leaveOut(body: ChatRequest, without: ReadonlySet<string>): AcceptedRequest {
  if (without.size === 0) return body;
  const { messages, max_tokens, max_completion_tokens, ...rest } = body;
  const limit = max_tokens ?? max_completion_tokens;
  const names = limitFields.toSorted((one) => (one in body ? -1 : 1));
  const limitField = names.find((field) => !without.has(field));
  return {
    ...withoutFields<Omit<AcceptedRequest, "messages">>(rest, without),
    messages: without.has("system") ? withoutSystem(messages) : messages,
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
