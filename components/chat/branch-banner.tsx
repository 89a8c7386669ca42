"use client";

import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import type { Branch } from "./use-branch.ts";

interface BranchBannerProps {
  branch: Branch;
  onLeave(): void;
}

/** Above the composer: what the next question goes on from, where that is not the end of what is shown. */
export function BranchBanner({ branch, onLeave }: BranchBannerProps): ReactElement {
  const t = useTranslate();
  const { type, text } = branch;
  return (
    <div className="branch">
      <Icon name={type === "edit" ? "edit" : "enter"} />
      <output className="what" dir="auto">
        {t(type === "edit" ? "branch.editing" : "branch.from", { text: showHidden(text) })}
      </output>
      <button type="button" className="btn" onClick={onLeave}>
        {t("action.cancel")}
      </button>
    </div>
  );
}
