"use client";

import { type ReactElement, useEffect, useState } from "react";
import { browserTab } from "#lib/client/browser-tab.ts";
import { createDrafts } from "#lib/client/drafts.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import type { IndexLinks } from "../ui/plain-frame.tsx";
import { StatusPage } from "../ui/status-page.tsx";

/** A conversation that is not there for this browser. What was written in it goes along into a new one. */
export function MissingPage({ index }: { index: IndexLinks }): ReactElement {
  const t = useTranslate();
  const [hasText, setHasText] = useState(false);
  useEffect(() => {
    const [, id = ""] = /^\/c\/([^/]+)/.exec(location.pathname) ?? [];
    const drafts = createDrafts(
      () => window.localStorage,
      browserTab,
      () => Promise.resolve(false),
      () => false,
    );
    const carry = () => drafts.carry(id, "") && setHasText(true);
    carry();
    const adopted = drafts.adopt(id, (left) => {
      drafts.write(id, left);
      carry();
      return true;
    });
    void adopted.then(carry);
  }, []);
  return (
    <StatusPage named="missing" {...{ index }}>
      {hasText && <p>{t("missing.waits")}</p>}
    </StatusPage>
  );
}
