import { refusedField } from "../refused-field.ts";

/** What an endpoint was found to refuse; remembered as long as the process lives. */
export interface MessagesLessons {
  /** The longest answer that it allows. */
  maxTokens: number;
  /** Fields that it refuses; "thinking": thoughts given back to it. */
  refused: ReadonlySet<string>;
}

export const noLessons: MessagesLessons = { maxTokens: Infinity, refused: new Set() };

/** What may be left out without another answer being given. */
const dispensable = [
  "cache_control",
  "output_config",
  "stop_sequences",
  "temperature",
  "top_p",
  "tools",
  "tool_choice",
] as const;

/** What the rejection of a request teaches; undefined if it is nothing new. `body`: of the response. */
export function learnFrom(
  body: string,
  sent: SentRequest,
  lessons: MessagesLessons,
): MessagesLessons | undefined {
  const maxTokens = /max_tokens/.test(body) ? largestBelow(sent.max_tokens, body) : undefined;
  if (maxTokens !== undefined) return { ...lessons, maxTokens };
  const field = refusedField(body, sent, dispensable);
  if (field) return { ...lessons, refused: new Set([...lessons.refused, field]) };
  const hasThoughts = sent.messages.some(({ content }) => content.some(({ type }) => isThought(type)));
  const refusesThoughts = hasThoughts && /thinking|signature/i.test(body);
  return refusesThoughts ? { ...lessons, refused: new Set([...lessons.refused, "thinking"]) } : undefined;
}

interface SentRequest {
  max_tokens: number;
  messages: readonly { content: readonly { type: string }[] }[];
}

const isThought = (type: string): boolean => type === "thinking" || type === "redacted_thinking";

/** "max_tokens: 32000 > 8192, which is the maximum": the number that is meant is the largest below ours. */
function largestBelow(max: number, text: string): number | undefined {
  const numbers = (text.match(/\d+/g) ?? []).map(Number).filter((each) => each >= 256 && each < max);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
