"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { PopoverButton } from "../ui/popover-button.tsx";
import { AgentPicker } from "./agent-picker.tsx";

export interface AgentButtonProps {
  /** Who is asked next. */
  current: string;
  onChoose(agent: string): void;
}

/** The agent that is asked next, where there are several; a click opens the others. */
export function AgentButton({ current, onChoose }: AgentButtonProps): ReactElement {
  const t = useTranslate();
  return (
    <PopoverButton
      className="model-menu agent-menu"
      opens="menu"
      label={t("agent.choose")}
      name={showHidden(current)}
    >
      {(close) => (
        <AgentPicker
          {...{ current }}
          onChoose={(agent) => {
            onChoose(agent);
            close(true);
          }}
          onClose={close}
        />
      )}
    </PopoverButton>
  );
}
