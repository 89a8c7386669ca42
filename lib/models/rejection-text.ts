import { isRecord } from "../protocol/is-record.ts";
import { tryParseJson } from "./try-parse-json.ts";

/**
 * The body of a rejection as lines of `field: text`, the form that it is judged in (`judgeRejection`). JSON
 * inside a text is opened, as gateways wrap each other's errors; what may repeat a conversation is left out.
 * A body that is no JSON is itself. Nothing of it is ever shown.
 */
export function rejectionText(body: string): string {
  const cut = body.slice(0, maxReadLength);
  const json = tryParseJson(cut);
  const lines: string[] = [];
  if (isRecord(json)) addLines(json, "", 0, lines);
  else if (!isPage(cut)) lines.push(typeof json === "string" ? json : cut);
  return lines.join("\n");
}

/** Characters: what an endpoint says of it stands at the beginning. */
const maxReadLength = 16_384;
const maxDepth = 12;

/** Fields that repeat what was asked or answered, or say nothing of an error. */
const left: ReadonlySet<string> = new Set([
  "choices",
  "created",
  "failed_generation",
  "flagged_input",
  "input",
  "messages",
  "model",
  "object",
  "prompt",
  "request",
  "usage",
]);

function addLines(value: unknown, field: string, depth: number, lines: string[]): void {
  if (value === undefined || value === null || value === "" || depth > maxDepth) return;
  if (Array.isArray(value)) for (const each of value) addLines(each, field, depth + 1, lines);
  else if (isRecord(value)) {
    for (const [name, each] of Object.entries(value))
      if (!left.has(name)) addLines(each, name, depth + 1, lines);
  } else if (typeof value === "string") addText(value, field, depth, lines);
  else lines.push(`${field}: ${JSON.stringify(value)}`);
}

function addText(text: string, field: string, depth: number, lines: string[]): void {
  const opening = text.search(/[[{]/);
  const inner = opening === -1 ? undefined : tryParseJson(text.slice(opening));
  if (!isRecord(inner)) return void lines.push(`${field}: ${text.replace(/\s+/g, " ")}`);
  if (opening > 0) lines.push(`${field}: ${text.slice(0, opening)}`);
  addLines(inner, field, depth + 1, lines);
}

/** Its words are about the gateway that wrote it. */
const isPage = (text: string): boolean => /^\s*<(!doctype|html|head|body|\?xml)/i.test(text);
