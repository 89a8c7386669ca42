import { tryParseJson } from "../try-parse-json.ts";
import { plainTextOf } from "./plain-text-of.ts";

/** Recognises a frame that differs from an earlier one in its text only. */
export interface ChatTextFrames {
  /**
   * The text of a frame that is nothing but text, without parsing it; undefined wherever that is not certain.
   */
  read(frame: string): string | undefined;
  /** A frame whose parsed JSON was nothing but text: the next ones may be like it. */
  learn(frame: string): void;
}

/**
 * Frames in a row that no template fitted; then none is learnt any more: some providers number their frames.
 */
const maxMisses = 16;
/** Characters of a frame that is worth learning from: what there are many of is short. */
const maxFrameLength = 4096;

/**
 * A provider's frames of text are the same, character by character, but for the text between two quotes.
 * Where that holds, reading one is a comparison, which costs a fraction of parsing. JSON has no other meaning
 * for the same characters, and a text without quotes, backslashes and control characters stands for itself.
 */
export function createChatTextFrames(): ChatTextFrames {
  let prefix = "";
  let suffix = "";
  let misses = 0;

  // Not by startsWith and endsWith, which V8 turns into a loop over the characters of a slice: ten times
  // slower.
  const fits = (frame: string): boolean =>
    prefix !== "" &&
    frame.length >= prefix.length + suffix.length &&
    frame.slice(0, prefix.length) === prefix &&
    frame.slice(frame.length - suffix.length) === suffix;

  return {
    read(frame) {
      if (!fits(frame)) return undefined;
      const text = frame.slice(prefix.length, frame.length - suffix.length);
      if (!isLiteral.test(text)) return undefined;
      misses = 0;
      return text;
    },
    learn(frame) {
      // One that fits has a text that does not stand for itself: there is nothing to learn from it.
      if (misses > maxMisses || frame.length > maxFrameLength || fits(frame)) return;
      misses += 1;
      const opening = frame.indexOf(contentField);
      if (opening === -1) return;
      const start = opening + contentField.length;
      const template = [frame.slice(0, start), frame.slice(closingQuote(frame, start))] as const;
      // The first `content` may be another one than the delta's, and what was read leniently no JSON.
      if (plainTextOf(tryParseJson(template.join("probe"))) !== "probe") return;
      [prefix, suffix] = template;
    },
  };
}

/** Where the string that begins at `start` ends. */
function closingQuote(frame: string, start: number): number {
  let at = start;
  while (at < frame.length && frame[at] !== '"') at += frame[at] === "\\" ? 2 : 1;
  return at;
}

const contentField = '"content":"';
const isLiteral = /^[^"\\\u0000-\u001f]*$/;
