"use client";

import type { MouseEvent, ReactElement } from "react";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";

export type SendState = "off" | "go" | "halt" | "wait";

interface SendButtonProps {
  state: SendState;
  onSend(): void;
  onStop(): void;
}

/** Send and Stop in one box that never moves. */
export function SendButton({ state, onSend, onStop }: SendButtonProps): ReactElement {
  const t = useTranslate();
  const stops = state === "halt" || state === "wait";
  const press = ({ detail }: MouseEvent) => {
    // The second click of a double click on Send would otherwise stop what the first has sent.
    if (detail > 1) return;
    if (stops) onStop();
    else onSend();
  };
  return (
    <button
      type="button"
      className={`send ${state}`}
      aria-disabled={state === "off" || state === "wait"}
      aria-describedby="composer-note"
      // A finger on it leaves the focus, and with it the keyboard, where it is.
      onMouseDown={(event) => event.preventDefault()}
      onClick={press}
    >
      {stops && <Icon name="stop" />}
      {t(stops ? "composer.stop" : "composer.send")}
      {!stops && <Icon name="enter" />}
    </button>
  );
}
