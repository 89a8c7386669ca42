"use client";

import { type ReactElement, type ReactNode, useState } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import { CopyAction } from "../../ui/copy-action.tsx";
import { useTranslate } from "../../ui/i18n-provider.tsx";
import { foldText } from "./fold-text.ts";

interface IoPaneProps {
  label: string;
  text: string;
  /** What the button that copies is called; absent: there is nothing whole to copy yet. */
  copyLabel?: string;
  /** Nothing is left out: somebody is to decide by it. */
  isWhole?: boolean;
  /** More is to come: a caret stands at its end. */
  isWriting?: boolean;
  children?: ReactNode;
}

/** What went into a tool or came out of it, as text and nothing else; what is long is folded. */
export function IoPane(props: IoPaneProps): ReactElement {
  const { label, text, copyLabel, isWhole = false, isWriting = false, children } = props;
  const t = useTranslate();
  const [isAll, setAll] = useState(isWhole);
  const { shown, isFolded } = isAll || isWriting ? { shown: text, isFolded: false } : foldText(text);
  return (
    <div>
      <div className="lab">
        {label}
        {copyLabel !== undefined && (
          <CopyAction label={t("action.copy")} name={copyLabel} read={() => showHidden(text)} />
        )}
      </div>
      {text !== "" && (
        // A pane that scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className={isFolded ? "io fold" : "io"} dir="auto" tabIndex={isAll ? 0 : undefined}>
          {showHidden(shown)}
          {isWriting && <span className="caret" aria-hidden="true" />}
        </pre>
      )}
      {isFolded && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          {t("tool.all", { size: sizeWords(t, new TextEncoder().encode(text).length) })}
        </button>
      )}
      {children}
    </div>
  );
}

/** "912 bytes", "34 KB", "1.2 MB" */
export function sizeWords(t: Translate, bytes: number): string {
  if (bytes < 1000) return t("size.bytes", { n: bytes });
  if (bytes < 999_500) return t("size.kb", { n: Math.round(bytes / 1000) });
  return t("size.mb", { n: (bytes / 1_000_000).toFixed(1) });
}
