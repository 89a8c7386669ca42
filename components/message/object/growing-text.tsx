import { memo, type ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { piecesOfBlock, textBlocks } from "./text-blocks.ts";

interface TextProps {
  text: string;
  /** More of it may come: a caret stands at its end. */
  isGrowing: boolean;
}

/** A text of any length, of which only the end is laid out while it is written. */
export function GrowingText({ text, isGrowing }: TextProps): ReactElement {
  const blocks = textBlocks(text);
  if (blocks.length === 1) return <BlockOfText {...{ text, isGrowing }} />;
  return (
    <span className="blocks">
      {blocks.map((block, at) => (
        // A block never changes its place.
        // oxlint-disable-next-line react/no-array-index-key
        <BlockOfText key={at} text={block} isGrowing={isGrowing && at === blocks.length - 1} />
      ))}
    </span>
  );
}

const BlockOfText = memo(function BlockOfText({ text, isGrowing }: TextProps): ReactElement {
  return (
    <span dir="auto">
      {piecesOfBlock(text).map((piece, at) => (
        // Nor does a piece.
        // oxlint-disable-next-line react/no-array-index-key
        <PieceOfText key={at} text={piece} />
      ))}
      {isGrowing && <span className="caret" aria-hidden="true" />}
    </span>
  );
});

const PieceOfText = memo(function PieceOfText({ text }: { text: string }) {
  return showHidden(text);
});
