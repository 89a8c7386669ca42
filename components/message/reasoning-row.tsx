"use client";

import { type ReactElement, useLayoutEffect, useRef, useState } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { TextPart } from "#lib/protocol/message.ts";
import { useDetails } from "../ui/details-provider.tsx";
import { wholeSeconds } from "../ui/format-amount.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { ReadyControls } from "../ui/ready-controls.tsx";
import { useElapsed } from "../ui/use-elapsed.ts";
import { lastSentence } from "./last-sentence.ts";
import { Markdown } from "./markdown/markdown.tsx";
import { Row } from "./row.tsx";
import { rowAmount } from "./row-amount.ts";
import { useMarkdownLabels } from "./use-markdown-labels.ts";

interface ThoughtRowProps {
  part: TextPart;
  isLive: boolean;
  /** The newest event's time, by the server's clock. */
  lastAt: number;
}

/**
 * Reasoning as one line with its last sentence while it comes; opens to a capped pane and stays as it was
 * put.
 */
export function ReasoningRow({ part, isLive, lastAt }: ThoughtRowProps): ReactElement {
  const t = useTranslate();
  const setting = useDetails();
  const [chosen, setOpen] = useState<boolean>();
  const isPlan = part.providerMetadata?.plan !== undefined;
  const isOpen = chosen ?? (isPlan ? setting !== "closed" : setting === "open");
  const label = isPlan ? "plan" : "thought";
  const elapsed = useElapsed(Math.max(0, lastAt - part.startedAt), isLive);
  const counting = elapsed === undefined ? undefined : wholeSeconds(t, elapsed);
  const amount =
    part.endedAt === undefined
      ? isLive
        ? counting
        : undefined
      : rowAmount(t, part.endedAt - part.startedAt);
  return (
    <Row tick="thought" tone={isLive && "live"} kind={isOpen ? "" : "brief"} {...{ amount }} at={part.id}>
      <ReadyControls>
        <button type="button" className="think" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t(isLive ? `${label}.live` : `${label}.done`)}
          {amount !== undefined && <span className="inline-amount">{amount}</span>}
          {isLive && !isOpen ? (
            <span className="tail">{showHidden(lastSentence(part.text))}</span>
          ) : (
            <Icon name="right" />
          )}
        </button>
      </ReadyControls>
      {isOpen && <Pane text={part.text} isLive={isLive} />}
    </Row>
  );
}

/** Stays at its end while that is where the reader left it. */
function Pane({ text, isLive }: { text: string; isLive: boolean }): ReactElement {
  const labels = useMarkdownLabels();
  const pane = useRef<HTMLDivElement>(null);
  const atEnd = useRef(false);
  useLayoutEffect(() => {
    if (pane.current && atEnd.current && text !== "") pane.current.scrollTop = pane.current.scrollHeight;
  }, [text]);
  const look = ({ scrollTop, clientHeight, scrollHeight }: HTMLElement) => {
    atEnd.current = scrollTop > 0 && scrollHeight - scrollTop - clientHeight < 24;
  };
  return (
    <div
      ref={pane}
      className="thought"
      dir="auto"
      // A pane that scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={(event) => look(event.currentTarget)}
    >
      <Markdown className="thoughts" text={text} live={isLive} labels={labels} />
    </div>
  );
}
