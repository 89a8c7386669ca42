import { plainTextOf } from "./chat-chunk.ts";

/** Knows a frame that differs from one before only in its text. */
export interface TextFrames {
  /**
   * The text of a frame that is nothing but text, without parsing it; undefined wherever that cannot be told.
   */
  read(frame: string): string | undefined;
  /** A frame whose parsed JSON was nothing but text: the next ones may be like it. */
  learn(frame: string): void;
}

/**
 * Frames in a row that were like none before, after which nothing more is learnt: some providers number
 * theirs.
 */
const mostMisses = 16;

/**
 * A provider's frames of text are the same from letter to letter but for the text between two quotes; where
 * that holds, reading one is comparing, which costs a fraction of parsing. JSON has no other meaning for the
 * same characters, and a text without quote, backslash and control character stands for itself.
 */
export function createTextFrames(): TextFrames {
  let before = "";
  let behind = "";
  let misses = 0;
  return {
    read(frame) {
      const end = frame.length - behind.length;
      if (before === "" || end < before.length || !frame.startsWith(before) || !frame.endsWith(behind))
        return undefined;
      const text = frame.slice(before.length, end);
      if (!isLiteral.test(text)) return undefined;
      misses = 0;
      return text;
    },
    learn(frame) {
      if (misses > mostMisses || frame.length > longest) return;
      misses += 1;
      const start = frame.indexOf(opening);
      if (start === -1) return;
      const from = start + opening.length;
      const around = [frame.slice(0, from), frame.slice(endOfText(frame, from))] as const;
      // The first `content` may be another one's than the delta's.
      if (plainTextOf(JSON.parse(around.join("probe"))) !== "probe") return;
      [before, behind] = around;
    },
  };
}

/** Where the text that begins at `from` has its closing quote. */
function endOfText(frame: string, from: number): number {
  let at = from;
  while (at < frame.length && frame[at] !== '"') at += frame[at] === "\\" ? 2 : 1;
  return at;
}

/** Characters of a frame that is worth learning from: a few letters are what there are many of. */
const longest = 4096;
const opening = '"content":"';
const isLiteral = /^[^"\\\u0000-\u001f]*$/;
