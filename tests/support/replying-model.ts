import type { Model } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";

export interface ReplyingModel extends Model {
  /** What it was asked, by the first words of the system message. */
  readonly asked: { agent: string; request: string }[];
}

/** A model that answers by who asks and what: always the same to the same, in two pieces. */
export function replyingModel(reply: (instructions: string, request: string) => string): ReplyingModel {
  const asked: ReplyingModel["asked"] = [];
  return {
    ...{ id: "replying", demo: false, prefills: true, asked },
    async *stream({ messages }) {
      const request = textOf(messages.findLast(({ role }) => role === "user"));
      const instructions = textOf(messages.find(({ role }) => role === "system"));
      asked.push({ agent: instructions, request });
      const written = messages.at(-1)?.role === "assistant" ? textOf(messages.at(-1)) : "";
      const text = reply(instructions, request).slice(written.length);
      const half = Math.ceil(text.length / 2);
      yield { type: "text", delta: text.slice(0, half) };
      await new Promise((resolve) => setImmediate(resolve));
      if (half < text.length) yield { type: "text", delta: text.slice(half) };
      yield { type: "finish", reason: "stop" };
    },
  };
}

const textOf = (message: ModelMessage | undefined): string =>
  typeof message?.content === "string"
    ? message.content
    : (message?.content ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");
