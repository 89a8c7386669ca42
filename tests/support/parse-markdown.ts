import type { ParsedMarkdown } from "#components/message/markdown/block.ts";
import { advanceTo, initialParserState, preview } from "#components/message/markdown/incremental-parser.ts";

/** The allowlisted tree of a whole text: the very blocks that streaming it in any chunks ends with. */
export function parseMarkdown(source: string): ParsedMarkdown {
  const { blocks, definitions } = preview(advanceTo(initialParserState, source), true);
  return { blocks, definitions };
}
