import { createCodeWatch } from "./code-watch.ts";

/*
 * Thoughts that a model writes into its text, between tags. Owns which text is a thought; knows no wire.
 *
 * 1. `<think>` opens one anywhere, the rarer tags only where the text begins.
 * 2. In Markdown code, or right behind a backtick, a tag is text: an answer may be about tags
 *    (code-watch.ts).
 * 3. However a text is cut, the same is thought and the same is text; of a tag nothing is ever shown.
 * 4. Nothing is lost: what was taken for the beginning of a tag, and is none, comes with what follows it.
 */

export interface TaggedText {
  type: "text" | "reasoning";
  text: string;
}

export interface ThinkTags {
  /** Whether all of it is text, and nothing is left over from before: then it need not be pushed. */
  passes(text: string): boolean;
  push(text: string): TaggedText[];
  /** The text has ended: the beginning of a tag that never came. */
  flush(): TaggedText[];
  /** A thought was begun and not ended. */
  readonly isThinking: boolean;
}

export interface ThinkTagsOptions {
  /** The text begins inside a thought: the prompt holds the opening tag. */
  startsThinking: boolean;
}

interface Tag {
  opens: string;
  closes: string;
}

const think: Tag = { opens: "<think>", closes: "</think>" };
/** Of Claude's prompts, Gemini, Seed, Magistral and Kimi. */
const tags: readonly Tag[] = [
  think,
  { opens: "<thinking>", closes: "</thinking>" },
  { opens: "<thought>", closes: "</thought>" },
  { opens: "<seed:think>", closes: "</seed:think>" },
  { opens: "[THINK]", closes: "[/THINK]" },
  { opens: "◁think▷", closes: "◁/think▷" },
];
const openings = tags.map(({ opens }) => opens);
const closings = tags.map(({ closes }) => closes);
/** What may stand where a text begins: the end of a thought that came by another way is dropped there. */
const beginnings = [...openings, ...closings];

export function createThinkTags({ startsThinking }: ThinkTagsOptions): ThinkTags {
  /** The tag of the thought that is open. */
  let open: Tag | undefined = startsThinking ? think : undefined;
  /** Nothing but thoughts and white space was written yet. */
  let hasText = false;
  let isAtStart = true;
  /** The end of what came, which may be the beginning of a tag. */
  let rest = "";
  const code = createCodeWatch();

  function push(text: string): TaggedText[] {
    const found: TaggedText[] = [];
    rest += text;
    while (isAtStart ? readStart(found) : open ? readThought(found, open) : readText(found));
    return found;
  }

  /** Each reads what is certain of `rest` and says whether there may be more. */
  function readStart(found: TaggedText[]): boolean {
    const spaces = rest.length - rest.trimStart().length;
    const begun = rest.slice(spaces);
    const beginning = beginnings.find((each) => begun.startsWith(each));
    if (beginning !== undefined) return openAtStart(beginning, spaces, found);
    if (beginnings.some((each) => each.startsWith(begun))) return false;
    isAtStart = false;
    return true;
  }

  function openAtStart(beginning: string, spaces: number, found: TaggedText[]): boolean {
    give(found, open ? "reasoning" : "text", rest.slice(0, spaces));
    rest = rest.slice(spaces + beginning.length);
    open = tags.find(({ opens }) => opens === beginning);
    isAtStart = open === undefined;
    return true;
  }

  function readThought(found: TaggedText[], { closes }: Tag): boolean {
    const end = rest.indexOf(closes);
    const certain = end === -1 ? rest.length - partialLength(rest, closes) : end;
    give(found, "reasoning", rest.slice(0, certain));
    if (end === -1) {
      rest = rest.slice(certain);
      return false;
    }
    rest = rest.slice(end + closes.length);
    open = undefined;
    isAtStart = !hasText;
    return true;
  }

  function readText(found: TaggedText[]): boolean {
    const start = rest.indexOf(think.opens);
    const certain = start === -1 ? rest.length - partialLength(rest, think.opens) : start;
    giveText(found, rest.slice(0, certain));
    rest = rest.slice(certain);
    if (start === -1) return false;
    if (code.isInside) giveText(found, think.opens);
    else open = think;
    rest = rest.slice(think.opens.length);
    return true;
  }

  function giveText(found: TaggedText[], text: string): void {
    if (text === "") return;
    hasText = true;
    code.read(text);
    found.push({ type: "text", text });
  }

  return {
    passes(text) {
      if (isAtStart || open || rest !== "" || mayMatter.test(text)) return false;
      code.readPlain(text);
      return true;
    },
    push,
    flush() {
      const found: TaggedText[] = [];
      give(found, open ? "reasoning" : "text", rest);
      rest = "";
      return found;
    },
    get isThinking() {
      return open !== undefined;
    },
  };
}

/** A text with none of these has no tag in it, and neither begins nor ends code. */
const mayMatter = /[<`~\n]/;

function give(found: TaggedText[], type: TaggedText["type"], text: string): void {
  if (text !== "") found.push({ type, text });
}

/** How much of the end of `text` may be the beginning of `tag`. */
function partialLength(text: string, tag: string): number {
  const first = tag.charAt(0);
  let at = text.indexOf(first, Math.max(0, text.length - tag.length + 1));
  while (at !== -1 && !tag.startsWith(text.slice(at))) at = text.indexOf(first, at + 1);
  return at === -1 ? 0 : text.length - at;
}
