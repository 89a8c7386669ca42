import type { Definition } from "./block.ts";
import { parseInline } from "./parse-inline.ts";

const DEFINITION =
  /^ {0,3}\[((?:[^[\]\\]|\\.){1,999})\]:[ \t]*\n?[ \t]*(<(?:[^<>\n\\]|\\.)*>|[^\s<]\S*)(?:(?:[ \t]+|[ \t]*\n[ \t]*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?[ \t]*$/s;

/** Whether the lines are one whole definition. */
export function isDefinition(lines: string): boolean {
  return /^ {0,3}\[/.test(lines) && /\S/.test(DEFINITION.exec(lines)?.[1] ?? "");
}

/** Reads the lines as one whole `[label]: destination "title"`, or null. */
export function readDefinition(lines: string): Definition | null {
  if (!isDefinition(lines)) return null;
  const [, label = "", raw = ""] = DEFINITION.exec(lines) ?? [];
  // A link of the same destination decodes its escapes and entities for us, and applies the link rules at
  // once.
  const inline = parseInline(`[x](${raw})`)[0];
  return {
    label: normalLabel(label.replace(/\\([!-/:-@[-`{-~])/g, "$1")),
    destination: inline?.type === "link" ? inline.href : "",
  };
}

/** Labels match whatever their case and the width of their blanks. */
export function normalLabel(label: string): string {
  return label.replace(/\s+/g, " ").trim().toLowerCase().toUpperCase();
}
