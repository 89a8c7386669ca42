import { joinUserTurns, type WrittenTurn } from "./join-user-turns.ts";
import type { ModelMessage } from "./model-message.ts";

type ContentOf<Role extends ModelMessage["role"]> = Extract<ModelMessage, { role: Role }>["content"];

/** How a form of ours writes what a model has said, and what came of its calls; "": nothing. */
export interface WrittenForm {
  reply(content: ContentOf<"assistant">): string;
  results(content: ContentOf<"tool">): string;
}

/** A conversation for a model that knows no calls. `prompt`: goes behind the words of the system message. */
export function writtenMessages(
  messages: readonly ModelMessage[],
  prompt: string,
  form: WrittenForm,
): ModelMessage[] {
  const system = messages.find(({ role }) => role === "system")?.content;
  return [
    {
      role: "system",
      content: typeof system === "string" && system !== "" ? `${system}\n\n${prompt}` : prompt,
    },
    ...joinUserTurns(messages.flatMap((message) => writtenTurn(message, form))),
  ];
}

function writtenTurn(message: ModelMessage, form: WrittenForm): WrittenTurn[] {
  switch (message.role) {
    case "system":
      return [];
    case "user":
      return [message];
    case "assistant": {
      const text = form.reply(message.content);
      return text === "" ? [] : [{ role: message.role, content: [{ type: "text", text }] }];
    }
    case "tool":
      return [{ role: "user", content: [{ type: "text", text: form.results(message.content) }] }];
    default:
      return message satisfies never;
  }
}
