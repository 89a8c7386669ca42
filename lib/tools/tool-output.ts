import { isRecord } from "../protocol/is-record.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { isHighSurrogate, wellFormedValue } from "../protocol/surrogates.ts";

/**
 * Characters of an output as JSON that are kept, its pictures and sounds apart; a longer one becomes a text
 * that ends with a note.
 */
export const maxOutputLength = 256_000;
/** Of its pictures and sounds, in base64: 256 KB. */
export const maxMediaLength = 350_000;

type OutputEvent = Extract<EventBody, { type: "tool-output-available" | "tool-output-error" }>;

/** The event of what a tool gave, whatever that is: JSON that can be kept, or an error in words. */
export function toolOutput(toolCallId: string, value: unknown, isPreliminary = false): OutputEvent {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    const errorText = "the tool gave something that is no JSON, such as a circle or a BigInt";
    return { type: "tool-output-error", toolCallId, errorText, code: "no-json" };
  }
  return {
    type: "tool-output-available",
    toolCallId,
    output: keptOutput(value, json ?? "null"),
    ...(isPreliminary && { preliminary: true }),
  };
}

function keptOutput(value: unknown, json: string): unknown {
  const text = typeof value === "string" ? value.toWellFormed() : undefined;
  const isTooLong = json.length > maxOutputLength && !fitsBesideMedia(value, json.length);
  if (isTooLong) return cutText(text ?? json, maxOutputLength);
  return text ?? wellFormedValue(JSON.parse(json));
}

function fitsBesideMedia(value: unknown, length: number): boolean {
  let media = 0;
  JSON.stringify(value, (_, inner: unknown) => {
    if (!isRecord(inner) || typeof inner.data !== "string" || !/^(image|audio)$/.test(String(inner.type)))
      return inner;
    media += inner.data.length;
    return null;
  });
  return media <= maxMediaLength && length - media <= maxOutputLength;
}

/** The beginning of a text, with a note of how much there was; a text that is no longer is unchanged. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = isHighSurrogate(text.charCodeAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return `${text.slice(0, end)}\n[cut off here: ${end} of ${text.length} characters]`;
}
