"use client";

import type { ReactElement } from "react";
import { Icon } from "../ui/icon.tsx";
import { useWords } from "../ui/words-provider.tsx";

interface RunningHeadProps {
  title: string;
  model: string;
  onMenu(): void;
}

/** The head of the page, and the title of its tab. */
export function RunningHead({ title, model, onMenu }: RunningHeadProps): ReactElement {
  const t = useWords();
  return (
    <header className="bar">
      <title>{t("app.title", { title: title || t("index.new") })}</title>
      <div className="column">
        <button type="button" className="btn icon menu" aria-label={t("index.menu")} onClick={onMenu}>
          <Icon name="menu" />
        </button>
        <h1 dir="auto">{title || <span className="sr-only">{t("index.new")}</span>}</h1>
        <span className="model">{model}</span>
      </div>
    </header>
  );
}
