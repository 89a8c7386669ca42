"use client";

import type { ReactElement } from "react";
import { codeToolName } from "#lib/protocol/code-call.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { LiveHighlightContext } from "../markdown/live-highlight-context.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { useMarkdownLabels } from "../use-markdown-labels.ts";
import type { PrintedJson } from "./json-printer.ts";

/** Whether its input is code. */
export const runsCode = (toolName: string): boolean =>
  toolName === codeToolName || toolName === "run_javascript";

/** The code that a call was given, as far as it is written; undefined: it is no call of code. */
export function writtenCode({ toolName }: ToolPart, { json, isRaw }: PrintedJson): string | undefined {
  if (!runsCode(toolName) || isRaw) return undefined;
  const input = json.value();
  return isRecord(input) && typeof input.code === "string" ? input.code : undefined;
}

/** No code has as many in a row. */
const fence = "~".repeat(24);

/** Code as it fills in, with its colours and a button that copies it. */
export function CodeInput({ code, isWriting }: { code: string; isWriting: boolean }): ReactElement {
  const labels = useMarkdownLabels();
  return (
    <LiveHighlightContext value={true}>
      <Markdown
        className="prose code-input"
        text={`${fence}js\n${code}${isWriting ? "" : `\n${fence}`}`}
        live={isWriting}
        labels={labels}
      />
    </LiveHighlightContext>
  );
}
