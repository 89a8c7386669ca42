import type { Message } from "../protocol/message.ts";

/** UTF-8 bytes of a token, about: a Chinese character is three bytes, an English word five and a space. */
const bytesPerToken = 4;

/** About how many tokens messages are. */
export function estimateTokens(messages: readonly Message[]): number {
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(countedText(message)), 0);
  return Math.ceil(bytes / bytesPerToken);
}

const countedText = (message: Message): string =>
  message.role === "user" ? message.text : JSON.stringify(message.parts);
