import type { ModelMessage } from "./model-message.ts";

/** A message of a model that knows no calls. */
export type WrittenTurn = Extract<ModelMessage, { role: "user" | "assistant" }>;

/** Many endpoints refuse two messages of one role in a row. */
export function joinUserTurns(turns: readonly WrittenTurn[]): WrittenTurn[] {
  const joined: WrittenTurn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last?.role === "user" && turn.role === "user")
      joined[joined.length - 1] = writtenUserTurn(`${userText(last)}\n\n${userText(turn)}`);
    else joined.push(turn);
  }
  return joined;
}

const writtenUserTurn = (text: string): WrittenTurn => ({ role: "user", content: [{ type: "text", text }] });

const userText = ({ content }: WrittenTurn): string =>
  content.map((part) => ("text" in part ? part.text : "")).join("\n\n");
