"use client";

import { type ReactElement, useEffect, useRef } from "react";
import { maxTitleLength } from "#lib/protocol/limits.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { isComposingKey } from "../ui/is-composing-key.ts";

/** A title as a field in its line: Enter or leaving it saves, Esc does not. */
export function RenameField({
  id,
  title,
  onDone,
  onCancel,
}: {
  id: string;
  title: string;
  onDone(title: string): void;
  onCancel(): void;
}): ReactElement {
  const t = useTranslate();
  const field = useRef<HTMLInputElement>(null);
  const composing = useRef(false);
  const isOver = useRef(false);
  useEffect(() => field.current?.select(), []);

  function end(save: boolean) {
    // Taking the field away blurs it: once is enough.
    if (isOver.current) return;
    isOver.current = true;
    if (save) onDone(field.current?.value.trim() ?? "");
    else onCancel();
  }

  return (
    <li className="item" data-line={id}>
      <Icon name="edit" />
      <input
        ref={field}
        className="rename"
        dir="auto"
        maxLength={maxTitleLength}
        defaultValue={title}
        aria-label={t("index.title")}
        onKeyDown={(event) => {
          if (isComposingKey(event, composing.current)) return;
          if (event.key !== "Enter" && event.key !== "Escape") return;
          // Esc would close the drawer as well.
          event.preventDefault();
          end(event.key === "Enter");
        }}
        onBlur={() => end(true)}
        onCompositionStart={() => void (composing.current = true)}
        onCompositionEnd={() => void setTimeout(() => void (composing.current = false))}
      />
    </li>
  );
}
