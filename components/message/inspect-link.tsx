import type { ReactElement } from "react";
import { useConversation } from "../providers/conversation-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";

/** Leads to how a run was made; nothing where there is none. */
export function InspectLink({ runId }: { runId: string | undefined }): ReactElement | null {
  const t = useTranslate();
  const { id } = useConversation();
  const label = t("action.inspect");
  if (runId === undefined) return null;
  return (
    <a
      className="btn icon inspect"
      href={`/c/${id}/run/${runId}`}
      aria-label={label}
      title={label}
      onClick={navigateOnClick()}
    >
      <Icon name="inspect" />
    </a>
  );
}
