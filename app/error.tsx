"use client";

import { useTranslate } from "#components/ui/i18n-provider.tsx";
import { StatusPage } from "#components/ui/status-page.tsx";

/** What is shown in place of a page that failed to render. */
export default function ErrorPage({ reset }: { reset(): void }) {
  const t = useTranslate();
  return (
    <StatusPage named="crash">
      <button type="button" className="btn fill" onClick={reset}>
        {t("action.retry")}
      </button>{" "}
    </StatusPage>
  );
}
