import type { McpResult } from "./connect-server.ts";
import { withEllipsis } from "./mcp-failure.ts";

type McpBlock = McpResult["content"][number];

/** Characters of a text, of texts among other blocks, and of pictures and sounds, that one call gives. */
const maxText = 200_000;
const maxBlocksText = 40_000;
const maxMedia = 200_000;
const maxErrorText = 4000;

/**
 * What a tool's result is in the log: a value where the server gives one, a text where it says one, else
 * its blocks as they are. What is too long is cut, with a note of how long it was.
 */
export function outputOf({ content, structuredContent }: McpResult): unknown {
  const isOnlyText = content.every(({ type }) => type === "text");
  if (structuredContent !== undefined && isOnlyText) return cutValue(structuredContent);
  if (isOnlyText) return cutWithNote(blocksText(content), maxText);
  const blocks = cutBlocks(content);
  return structuredContent === undefined
    ? { content: blocks }
    : { content: blocks, structuredContent: cutValue(structuredContent) };
}

/** What a failed tool says, for the model. */
export function errorTextOf({ content }: McpResult, name: string): string {
  const text = blocksText(content).trim();
  return text === "" ? `${name} failed and did not say why` : withEllipsis(text, maxErrorText);
}

const blocksText = (content: readonly McpBlock[]): string =>
  content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");

const cutWithNote = (text: string, max: number): string =>
  text.length > max
    ? `${text.slice(0, max).replace(/[\ud800-\udbff]$/, "")}\n[cut: of ${text.length} characters, the first ${max} are here]`
    : text;

/** A value that is too long is its JSON, cut. */
function cutValue(value: unknown): unknown {
  const json = JSON.stringify(value);
  return json.length > maxText ? cutWithNote(json, maxText) : value;
}

/** The blocks, for as long as they fit. */
function cutBlocks(content: readonly McpBlock[]): unknown[] {
  let textLeft = maxBlocksText;
  let mediaLeft = maxMedia;
  return content.map((block) => {
    if (block.type === "image" || block.type === "audio") {
      mediaLeft -= block.data.length;
      if (mediaLeft >= 0) return { type: block.type, mimeType: block.mimeType, data: block.data };
      mediaLeft += block.data.length;
      return { type: "text", text: `[${block.mimeType} of ${mediaSize(block.data)}, too large to be kept]` };
    }
    const text = JSON.stringify(block);
    textLeft -= text.length;
    if (textLeft >= 0) return plainBlock(block);
    const shown = block.type === "text" ? block.text : text;
    const left = Math.max(0, textLeft + text.length);
    textLeft = 0;
    return { type: "text", text: cutWithNote(shown, left) };
  });
}

/** Of base64, which holds three bytes in four characters. */
const mediaSize = (data: string): string => `${Math.round((data.length * 3) / 4 / 1024)} kB`;

/** Without what is said to the program that shows it. */
function plainBlock(block: McpBlock): object {
  const { annotations: _, _meta: __, ...plain } = block;
  return plain;
}
