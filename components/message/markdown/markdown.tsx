"use client";

import { memo, type ReactElement, useRef } from "react";
import { MarkdownBlocks, type MarkdownProps } from "./markdown-blocks.ts";
import { PlainTextBoundary } from "./plain-text-boundary.tsx";
import { useKeptSelection } from "./use-kept-selection.ts";

/**
 * Markdown as settled blocks: streamed text re-renders its last block only, and ends as the page a reload
 * would draw.
 */
export const Markdown = memo(function Markdown({
  className = "prose",
  ...props
}: MarkdownProps & { className?: string }): ReactElement {
  const root = useRef<HTMLDivElement>(null);
  useKeptSelection(root, props.live);
  return (
    <div className={className} ref={root}>
      <PlainTextBoundary text={props.text}>
        <MarkdownBlocks {...props} />
      </PlainTextBoundary>
    </div>
  );
});
