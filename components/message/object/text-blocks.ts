/*
 * A text in blocks of its own, and these in pieces: what stands before the last one is neither written nor
 * laid out again while the text grows. The cuts depend on what stands before them alone, so a text that is
 * whole has the same blocks as one that has grown.
 */

/** Characters of a block, at least; it ends with its line, whose break it does not have. */
const minBlock = 600;
/** Of a piece of a line that is longer. */
const minPiece = 1000;
/** Where no writing notices a cut: between letters that neither join nor combine, or behind a blank. */
const seam =
  /(?<=[\s\p{P}A-Za-z\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])(?=[A-Za-z\p{sc=Han}\p{sc=Hira}\p{sc=Kana}])/gu;

export function textBlocks(text: string): string[] {
  const blocks: string[] = [];
  let from = 0;
  for (let end = text.indexOf("\n", minBlock); end >= 0; end = text.indexOf("\n", from + minBlock)) {
    blocks.push(text.slice(from, end));
    from = end + 1;
  }
  return [...blocks, text.slice(from)];
}

export function piecesOfBlock(block: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  while (block.length - from > minPiece) {
    seam.lastIndex = from + minPiece;
    const cut = seam.exec(block)?.index;
    if (cut === undefined) break;
    pieces.push(block.slice(from, cut));
    from = cut;
  }
  return [...pieces, block.slice(from)];
}
