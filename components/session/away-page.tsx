"use client";

import type { ReactElement } from "react";
import { useTranslate } from "#components/ui/i18n-provider.tsx";
import { StatusPage } from "#components/ui/status-page.tsx";

/** In place of a page whose conversations cannot be read just now. It asks again after so many seconds. */
export function AwayPage({ seconds }: { seconds: number }): ReactElement {
  const t = useTranslate();
  return (
    <StatusPage named="away">
      <meta httpEquiv="refresh" content={`${seconds}`} />
      {/* Without script too: a form without an address asks for the page it stands on. */}
      <form className="inline">
        <button type="submit" className="btn fill">
          {t("action.retry")}
        </button>{" "}
      </form>
    </StatusPage>
  );
}
