/** A piece of a question: words as they were written, code among them, or lines of code. */
export interface QuestionPiece {
  type: "text" | "code" | "block";
  text: string;
}

/**
 * What of a question is code: what a person has marked by backticks, as in Markdown, and lines that are
 * code by the look of them. Everything else stays as it was written. One pass over the lines.
 */
export function questionPieces(text: string): QuestionPiece[] {
  const pieces: QuestionPiece[] = [];
  const lines = text.split("\n");
  let words: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const fenced = fencedLines(lines, at);
    const count = fenced ? 0 : codeLines(lines, at);
    const block = fenced?.code ?? (count > 0 ? lines.slice(at, at + count) : undefined);
    if (!block) {
      words.push(lines[at] ?? "");
      at += 1;
      continue;
    }
    pieces.push(...wordPieces(words), { type: "block", text: block.join("\n") });
    words = [];
    at = fenced?.end ?? at + count;
  }
  return [...pieces, ...wordPieces(words)];
}

/** Behind it a language at most: with words it is none. */
const opening = /^ {0,3}(`{3,}|~{3,})[ \t]*[\w+#.-]{0,40}[ \t]*$/;

/** The code of a fence that opens at that line, and the line behind it; one that is not closed goes on. */
function fencedLines(lines: readonly string[], at: number): { code: string[]; end: number } | undefined {
  const fence = opening.exec(lines[at] ?? "")?.[1];
  if (fence === undefined) return undefined;
  const closes = (line: string) => {
    const run = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
    return run !== undefined && run[0] === fence[0] && run.length >= fence.length;
  };
  let end = at + 1;
  while (end < lines.length && !closes(lines[end] ?? "")) end += 1;
  return { code: lines.slice(at + 1, end), end: Math.min(lines.length, end + 1) };
}

const minCodeLines = 3;

/** How many lines from there on are code without a fence; 0: they are words. */
function codeLines(lines: readonly string[], at: number): number {
  if (!isCode(lines[at] ?? "")) return 0;
  let end = at;
  let code = 0;
  for (let line = at; line < lines.length; line += 1) {
    const text = lines[line] ?? "";
    if (text.trim() === "") continue;
    if (!isCode(text) && !(/^\s{2,}\S/.test(text) || /^[)\]}]/.test(text))) break;
    if (isCode(text)) code += 1;
    end = line + 1;
  }
  return code >= minCodeLines ? end - at : 0;
}

/** Ends as statements do, begins as declarations do, or holds what no sentence holds. */
const codeShapes = [
  /[;{}]\s*(\/\/.*)?$/,
  /^\s*(import|export|from|package|using|#include|def|class|function|const|let|var|public|private|static|func|fn|impl)\b.*[({:;='"<>]/,
  /^\s*(if|for|while|switch|elif|else if|try|catch|except|with)\b.*[:{]\s*$/,
  /^\s*(return|await|yield|throw|raise|print)\b.*[()[\]'"=+*]/,
  /^\s*(<\/?[a-z][\w-]*[^<]*>|<!--)/i,
  /^\s*[\w.$[\]"']+\s*(=|:=|\+=|->|=>)\s*\S/,
  /^\s*[\w.$]+\([^)]*\)\s*[;:{]?\s*$/,
  /^\s*"[^"]*"\s*:\s*\S+,?\s*$/,
  /^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|FROM|WHERE|GROUP BY|ORDER BY|JOIN)\b/,
  /^\s*(\$|>>>|#!)\s*\S/,
  /^\s+at .*:\d+:\d+\)?$/,
];
const isCode = (line: string): boolean => line.length < 2000 && codeShapes.some((shape) => shape.test(line));

/** Words, with the code that stands in backticks. The line breaks beside a block are its own. */
function wordPieces(lines: readonly string[]): QuestionPiece[] {
  const text = lines.join("\n");
  if (text.trim() === "") return [];
  const pieces: QuestionPiece[] = [];
  let from = 0;
  for (const { index, length, code } of codeSpans(text)) {
    if (index > from) pieces.push({ type: "text", text: text.slice(from, index) });
    pieces.push({ type: "code", text: code });
    from = index + length;
  }
  if (from < text.length) pieces.push({ type: "text", text: text.slice(from) });
  return pieces;
}

interface CodeSpan {
  index: number;
  length: number;
  code: string;
}

/** Runs of backticks, each with the next one of its length in the same paragraph (CommonMark 6.1). */
function codeSpans(text: string): CodeSpan[] {
  const spans: CodeSpan[] = [];
  const runs = [...text.matchAll(/`+|\n[ \t]*\n/g)];
  /** The run that closes, by the place of the one that opens: of each length, the next. */
  const next = new Map<string, number>();
  const closes = runs.map(() => -1);
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const run = runs[at]?.[0] ?? "";
    if (run.startsWith("\n")) next.clear();
    else {
      closes[at] = next.get(run) ?? -1;
      next.set(run, at);
    }
  }
  for (let at = 0; at < runs.length; at += 1) {
    const [open, close] = [runs[at], runs[closes[at] ?? -1]];
    if (!open || !close) continue;
    const code = text.slice(open.index + open[0].length, close.index);
    spans.push({ index: open.index, length: close.index + close[0].length - open.index, code: code.trim() });
    at = closes[at] ?? at;
  }
  return spans;
}
