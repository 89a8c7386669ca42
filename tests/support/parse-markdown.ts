import type { Answer } from "#components/message/markdown/block.ts";
import { look, nothingSettled, settle } from "#components/message/markdown/settle-blocks.ts";

/** The allowlisted tree of a whole text: the very blocks that streaming it in any chunks ends with. */
export function parseMarkdown(source: string): Answer {
  const { blocks, definitions } = look(settle(nothingSettled, source), true);
  return { blocks, definitions };
}
