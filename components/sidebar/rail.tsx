"use client";

import type { ReactElement } from "react";
import { goOnClick } from "../ui/go.ts";
import { Icon } from "../ui/icon.tsx";
import { useWords } from "../ui/words-provider.tsx";

interface RailProps {
  isSettings: boolean;
  onNew(): void;
  onMenu(): void;
}

/** The index folded to its buttons. */
export function Rail({ isSettings, onNew, onMenu }: RailProps): ReactElement {
  const t = useWords();
  return (
    <nav className="rail" aria-label={t("index.label")}>
      <a
        className="item"
        href="/"
        aria-label={t("index.new")}
        title={t("index.new")}
        onClick={goOnClick(onNew)}
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
        onClick={goOnClick()}
      >
        <Icon name="settings" />
      </a>
    </nav>
  );
}
