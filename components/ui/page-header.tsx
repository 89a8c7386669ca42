"use client";

import type { ReactElement, ReactNode } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { useTranslate } from "./i18n-provider.tsx";
import { Icon } from "./icon.tsx";
import { navigateOnClick } from "./navigate.ts";

interface PageHeaderProps {
  title: string;
  /** The title of the tab where it is another one. */
  tab?: string;
  /** At its end. */
  children?: ReactNode;
  onMenu(): void;
}

/** The head of the page, and the title of its tab. */
export function PageHeader({ title, tab, children, onMenu }: PageHeaderProps): ReactElement {
  const t = useTranslate();
  return (
    <header className="bar">
      <title>{t("app.title", { title: tab || title || t("index.new") })}</title>
      <div className="column">
        <button type="button" className="btn icon menu" aria-label={t("index.menu")} onClick={onMenu}>
          <Icon name="menu" />
        </button>
        <h1 dir="auto">{showHidden(title) || <span className="sr-only">{t("index.new")}</span>}</h1>
        {children}
        <a
          className="btn icon new"
          href="/"
          aria-label={t("index.new")}
          title={t("index.new")}
          onClick={navigateOnClick()}
        >
          <Icon name="plus" />
        </a>
      </div>
    </header>
  );
}
