/*
 * Whether a text that is read in pieces stands in Markdown code. Owns where code begins and ends, as far as
 * that can be told without what follows: a lone backtick may turn out to be none, and stands for code as far
 * as its line.
 *
 * 1. A fence begins where a line does, with three backticks or tildes; it ends with a line of as many of them
 *    and nothing else.
 * 2. Code within a line ends with as many backticks as it began with. With three of them it may go on over
 *    lines, as what models write behind a colon does.
 * 3. However a text is cut, the same is code.
 */

export interface CodeWatch {
  read(text: string): void;
  /** A text without a backtick, a tilde and a line break. */
  readPlain(text: string): void;
  /** What comes next is in code, or right behind a backtick. */
  readonly isInside: boolean;
}

export function createCodeWatch(): CodeWatch {
  /** Of the line, as long as a fence may begin or end behind it. */
  let lineStart: string | undefined = "";
  /** Marks at the end of what was read: there may be more. */
  let marks = "";
  /** What the open fence began with. */
  let fence = "";
  /** What the open code within a line began with. */
  let ticks = "";
  /** `ticks` are a fence, if their line ends before others. */
  let mayBegin = false;
  /** The fence ends, if nothing else stands in the line. */
  let mayEnd = false;

  function readPiece(piece: string): void {
    if (!isMark(piece)) {
      endMarks();
      if (piece === "\n") endLine();
      else readWords(piece);
    } else {
      if (!piece.startsWith(marks.charAt(0))) endMarks();
      marks += piece;
    }
  }

  function endMarks(): void {
    if (marks === "") return;
    const isFence = marks.length >= minFence && lineStart !== undefined;
    if (fence !== "") mayEnd = isFence && marks.startsWith(fence) && /^[\s>]*$/.test(lineStart ?? "");
    else if (marks.startsWith("`")) readTicks(isFence);
    else if (ticks === "" && isFence) fence = marks;
    marks = "";
    lineStart = undefined;
  }

  /** 2. */
  function readTicks(isFence: boolean): void {
    if (ticks === "") {
      ticks = marks;
      mayBegin = isFence;
    } else if (ticks === marks) ticks = "";
  }

  function readWords(text: string): void {
    if (mayEnd && text.trim() !== "") mayEnd = false;
    if (lineStart === undefined) return;
    lineStart += text;
    if (lineStart.length > maxLineStart || !mayStandBefore.test(lineStart)) lineStart = undefined;
  }

  function endLine(): void {
    if (mayEnd) fence = "";
    else if (mayBegin && ticks !== "") fence = ticks;
    if (fence !== "" || ticks.length < minFence) ticks = "";
    mayBegin = false;
    mayEnd = false;
    lineStart = "";
  }

  return {
    read(text) {
      for (const [piece] of text.matchAll(codePieces)) readPiece(piece);
    },
    readPlain(text) {
      endMarks();
      readWords(text);
    },
    get isInside() {
      return fence !== "" || ticks !== "" || marks.startsWith("`") || marks.length >= minFence;
    },
  };
}

const codePieces = /`+|~+|\n|[^`~\n]+/g;
const isMark = (piece: string): boolean => piece.startsWith("`") || piece.startsWith("~");

const minFence = 3;

/** Quotes and lists hold fences too. */
const mayStandBefore = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])[\s>]+)*(?:[-*+]|\d{1,9}[.)]?)?$/;
/** Characters: what is longer is no beginning. */
const maxLineStart = 200;
