"use client";

import type { ReactElement } from "react";
import { EmptyState } from "../ui/empty-state.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";

/** In place of a page that failed to render. It comes with every page, and is small for that. */
export function CrashPage({ onAgain }: { onAgain(): void }): ReactElement {
  const t = useTranslate();
  return (
    <main className="flow">
      <title>{t("app.title", { title: t("crash.title") })}</title>
      <div className="column">
        <EmptyState isPage title={t("crash.title")} text={t("crash.text")}>
          <button type="button" className="btn fill" onClick={onAgain}>
            {t("action.retry")}
          </button>{" "}
          <a className="btn line" href="/">
            {t("action.home")}
          </a>
        </EmptyState>
      </div>
    </main>
  );
}
