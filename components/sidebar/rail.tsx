"use client";

import type { ReactElement } from "react";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { navigateOnClick } from "../ui/navigate.ts";

interface RailProps {
  isSettings: boolean;
  onNew(): void;
  onMenu(): void;
}

/** The index folded to its buttons. */
export function Rail({ isSettings, onNew, onMenu }: RailProps): ReactElement {
  const t = useTranslate();
  return (
    <nav className="rail" aria-label={t("index.label")}>
      <a
        className="item"
        href="/"
        aria-label={t("index.new")}
        title={t("index.new")}
        onClick={navigateOnClick(onNew)}
      >
        <Icon name="plus" />
      </a>
      <button
        type="button"
        className="item"
        aria-label={t("index.menu")}
        title={t("index.menu")}
        onClick={onMenu}
      >
        <Icon name="menu" />
      </button>
      <a
        className="item last"
        href="/settings"
        aria-label={t("settings.title")}
        title={t("settings.title")}
        aria-current={isSettings ? "page" : undefined}
        onClick={navigateOnClick()}
      >
        <Icon name="settings" />
      </a>
    </nav>
  );
}
