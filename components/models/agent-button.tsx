"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { agentName } from "../message/agent-name.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { lazyPart } from "../ui/lazy-part.tsx";
import { PopoverButton } from "../ui/popover-button.tsx";

// In one file with the other picker: the first load of each page names it once.
const LazyAgentPicker = lazyPart(async () => (await import("./model-picker.tsx")).AgentPicker);

interface AgentButtonProps {
  /** Who is asked next. */
  current: string;
  onChoose(agent: string): void;
}

/** The agent that is asked next; a click opens the others. */
export function AgentButton({ current, onChoose }: AgentButtonProps): ReactElement {
  const t = useTranslate();
  return (
    <PopoverButton
      className="model-menu agent-menu"
      opens="menu"
      label={t("agent.choose")}
      name={showHidden(agentName(t, current))}
    >
      {(close) => (
        <LazyAgentPicker
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
