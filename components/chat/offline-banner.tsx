"use client";

import type { ReactElement } from "react";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { useOnline } from "../ui/use-online.ts";

/** One line under the head while the browser says that there is no network. */
export function OfflineBanner(): ReactElement | null {
  const t = useTranslate();
  if (useOnline()) return null;
  return (
    <output className="banner">
      <span className="column">
        <Icon name="gap" />
        <span>{t("connection.offline")}</span>
      </span>
    </output>
  );
}
