import type { ModelMessage } from "#lib/models/model-message.ts";
import { assistant, call, result, system, tool, user } from "./model-messages.ts";
import { readShared } from "./shared-files.ts";

/** A message as Chat Completions has it. */
export interface ChatJson {
  role: "system" | "user" | "assistant" | "tool";
  content: string | null;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

/** A worked case of others: what is done to a history, and what it is to be then. */
export interface HistoryCase {
  id: string;
  op: string;
  history: ChatJson[];
  expected: ChatJson[];
  /** Of a trim: how many messages may be left. */
  keep?: number;
}

/** Only inside a test that is not skipped. */
export const historyCases = (op: string): HistoryCase[] => {
  const { cases }: { cases: HistoryCase[] } = JSON.parse(readShared("cases/history.json").toString());
  return cases.filter((each) => each.op === op);
};

export function modelMessageOf({
  role,
  content,
  tool_calls = [],
  tool_call_id = "",
}: ChatJson): ModelMessage {
  switch (role) {
    case "system":
      return system(content ?? "");
    case "user":
      return user(content ?? "");
    case "assistant":
      return assistant(
        content ?? "",
        ...tool_calls.map((each) => call(each.id, each.function.name, each.function.arguments)),
      );
    case "tool":
      return tool(result(tool_call_id, content ?? "", ""));
    default:
      return role satisfies never;
  }
}
