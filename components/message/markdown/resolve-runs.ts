import type { Inline, InlineContent } from "./block.ts";
import type { DelimiterRun } from "./delimiter-run.ts";
import { inlineText, joinInline } from "./inline-text.ts";

/** A part of inline content whose runs of marks are not resolved; `depth`: how deep emphasis nests in it. */
export type InlinePiece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "inline"; readonly inline: Inline; readonly depth: number }
  | DelimiterRun;

export type Resolved = {
  readonly content: InlineContent;
  readonly depth: number;
  /** Where the first mark stands that may still be closed. */
  readonly openFrom: number;
};

const MAX_INLINE_NESTING = 32;

/**
 * Emphasis by CommonMark's "process emphasis". `closesOpen`: more may come, what is open is drawn as closed
 * and half a mark is held back (U30).
 */
export function resolveRuns(pieces: readonly InlinePiece[], closesOpen: boolean): Resolved {
  const done: InlinePiece[] = [];
  // Places in `done` of the runs that may open, from the outside in.
  const openers: number[] = [];
  // Before this place in the source nothing opens what a run of this kind would close.
  const bottoms = new Map<string, number>();
  for (const piece of pieces) {
    if (piece.type !== "run") {
      done.push(piece);
      continue;
    }
    const run = { ...piece };
    if (run.closes) closeWith(run, done, openers, bottoms, closesOpen);
    if (run.left === 0 || (closesOpen && run.isLast)) continue;
    if (run.opens) openers.push(done.length);
    done.push(run);
  }
  const openFrom = openers.map((at) => placeInSource(done[at]));
  if (closesOpen) for (const at of openers.reverse()) wrapOpen(done, at);
  return { ...joinPieces(done), openFrom: Math.min(Number.POSITIVE_INFINITY, ...openFrom.slice(0, 1)) };
}

const placeInSource = (piece: InlinePiece | undefined): number => (piece?.type === "run" ? piece.at : 0);

function closeWith(
  run: DelimiterRun,
  done: InlinePiece[],
  openers: number[],
  bottoms: Map<string, number>,
  closesOpen: boolean,
): void {
  while (run.left > 0) {
    const kind = `${run.char}${run.opens}${run.left % 3}`;
    const found = findOpener(run, done, openers, bottoms.get(kind) ?? 0);
    const at = openers[found];
    const opener = at === undefined ? undefined : done[at];
    if (at === undefined || opener?.type !== "run") {
      bottoms.set(kind, run.at);
      return;
    }
    // The first of two marks, perhaps.
    if (closesOpen && run.isLast && run.left < Math.min(2, opener.left)) return;
    const used = run.left > 1 && opener.left > 1 ? 2 : 1;
    openers.length = found;
    const inside = joinPieces(done.splice(at + 1));
    opener.left -= used;
    run.left -= used;
    if (opener.left === 0) done.pop();
    else openers.push(at);
    done.push(wrapIn(run.char, used, inside));
  }
}

function findOpener(
  run: DelimiterRun,
  done: readonly InlinePiece[],
  openers: readonly number[],
  bottom: number,
): number {
  for (let index = openers.length - 1; index >= 0; index -= 1) {
    const opener = done[openers[index] ?? -1];
    if (opener?.type !== "run" || opener.at < bottom) return -1;
    if (opener.char !== run.char) continue;
    // The rule of three (CommonMark 6.2, rules 9 and 10), of what is left of both as in micromark.
    const isOdd = (opener.closes || run.opens) && run.left % 3 !== 0 && (opener.left + run.left) % 3 === 0;
    if (run.char === "~" || !isOdd) return index;
  }
  return -1;
}

type Joined = Pick<Resolved, "content" | "depth">;

function wrapIn(char: string, used: number, inside: Joined): InlinePiece {
  const { content: children, depth } = nestedContent(inside);
  const type = char === "~" ? "delete" : used === 2 ? "strong" : "emphasis";
  return { type: "inline", inline: { type, children }, depth };
}

/** What stands in a node of its own, whose depth this is: too deep, it is words. */
export function nestedContent({ content, depth }: Joined): Joined {
  return depth < MAX_INLINE_NESTING
    ? { content, depth: depth + 1 }
    : { content: [{ type: "text", text: inlineText(content) }], depth: 1 };
}

function wrapOpen(done: InlinePiece[], at: number): void {
  const opener = done[at];
  if (opener?.type !== "run") return;
  let inside = joinPieces(done.splice(at + 1));
  done.pop();
  // Nothing stands in it yet.
  if (inlineText(inside.content).trim() === "") {
    if (inside.content.length > 0) done.push(...inside.content.map(toPiece(inside.depth)));
    return;
  }
  for (let left = opener.left; left > 0; ) {
    const used = left > 1 ? 2 : 1;
    left -= used;
    const wrapped = wrapIn(opener.char, used, inside);
    if (wrapped.type !== "inline") return;
    inside = { content: [wrapped.inline], depth: wrapped.depth };
  }
  done.push(...inside.content.map(toPiece(inside.depth)));
}

const toPiece =
  (depth: number) =>
  (inline: Inline): InlinePiece => ({ type: "inline", inline, depth });

/** Pieces as content: a run that is left over is the characters it is. */
function joinPieces(pieces: readonly InlinePiece[]): Joined {
  let depth = 0;
  const inlines = pieces.map((piece): Inline => {
    if (piece.type === "text") return piece;
    if (piece.type === "run") return { type: "text", text: piece.char.repeat(piece.left) };
    depth = Math.max(depth, piece.depth);
    return piece.inline;
  });
  return { content: joinInline(inlines), depth };
}
