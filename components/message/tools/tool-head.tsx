"use client";

import type { ReactElement, Ref } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { ToolFace } from "./tool-face.ts";
import { ToolIcon } from "./tool-icon.tsx";

interface ToolHeadProps {
  name: string;
  summary: string;
  face: ToolFace;
  amount: string | undefined;
  isOpen: boolean;
  /** It stands for several calls, and counts them. */
  isGroup?: boolean;
  toggle(): void;
  ref?: Ref<HTMLButtonElement>;
}

/** The line of a call: its tool, what it was given, its state. A click opens or folds it. */
export function ToolHead(props: ToolHeadProps): ReactElement {
  const { name, summary, face, amount, isOpen, isGroup = false, toggle, ref } = props;
  const t = useTranslate();
  return (
    <button
      ref={ref}
      type="button"
      className={isGroup ? "tool group" : "tool"}
      aria-expanded={isOpen}
      onClick={toggle}
    >
      <span className="name">{showHidden(name)}</span>
      <span className="sum" dir="auto">
        {showHidden(summary)}
      </span>
      <span className={`state ${face.color}`}>
        <ToolIcon name={face.icon} />
        {t(face.state === "asks" ? "tool.asks" : `tool.${face.state}`)}
        {amount !== undefined && <span className="inline-amount"> · {amount}</span>}
      </span>
      <Icon name="right" />
    </button>
  );
}
