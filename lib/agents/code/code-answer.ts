import { codeToolName } from "../../protocol/code-call.ts";
import { isRecord } from "../../protocol/is-record.ts";
import type { ToolPart } from "../../protocol/message.ts";

/** What code has given as the answer, as text in Markdown; undefined: it has not. */
export function codeAnswer({ toolName, output }: ToolPart): { output: string } | undefined {
  if (toolName !== codeToolName || !isRecord(output) || !("answer" in output)) return undefined;
  const { answer } = output;
  if (typeof answer === "string") return { output: answer };
  const json = JSON.stringify(answer, null, 2) ?? "null";
  return { output: typeof answer === "object" && answer !== null ? `\`\`\`json\n${json}\n\`\`\`` : json };
}
