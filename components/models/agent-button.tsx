"use client";

import { type ReactElement, useCallback, useRef, useState } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { AgentPicker } from "./agent-picker.tsx";

export interface AgentButtonProps {
  /** Who is asked next. */
  current: string;
  onChoose(agent: string): void;
}

/** The agent that is asked next, where there are several; a click opens the others. */
export function AgentButton({ current, onChoose }: AgentButtonProps): ReactElement {
  const t = useTranslate();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback((byKey: boolean) => {
    setOpen(false);
    if (byKey) button.current?.focus();
  }, []);
  return (
    <div className="model-menu agent-menu">
      <button
        ref={button}
        type="button"
        className="btn"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="sr-only">{t("agent.choose")} </span>
        <span className="t">{showHidden(current)}</span>
        <Icon name="down" />
      </button>
      {isOpen && (
        <AgentPicker
          {...{ current }}
          onChoose={(agent) => {
            onChoose(agent);
            close(true);
          }}
          onClose={close}
        />
      )}
    </div>
  );
}
