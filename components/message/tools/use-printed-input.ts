import { useState } from "react";
import type { ToolPart } from "#lib/protocol/message.ts";
import { createJsonPrinter, type PrintedJson } from "./json-printer.ts";

/** The arguments of a call, laid out: what its model wrote; where nobody knows that, what was made of it. */
export function usePrintedInput({ inputText, input, endedAt, state }: ToolPart): PrintedJson {
  const [printer] = useState(createJsonPrinter);
  const text = inputText.trim() === "" && input !== undefined ? (JSON.stringify(input) ?? "") : inputText;
  return printer.print(
    text,
    state !== "input-streaming" && (state === "output-error" || endedAt !== undefined),
  );
}
