"use client";

import { memo, type ReactElement } from "react";
import { MarkdownBlocks, type MarkdownProps } from "./markdown-blocks.ts";
import { PlainTextBoundary } from "./plain-text-boundary.tsx";

/** Markdown as settled blocks: streamed text re-renders its last block only, and ends as the page a reload would draw. */
export const Markdown = memo(function Markdown(props: MarkdownProps): ReactElement {
  return (
    <div className="prose">
      <PlainTextBoundary text={props.text}>
        <MarkdownBlocks {...props} />
      </PlainTextBoundary>
    </div>
  );
});
