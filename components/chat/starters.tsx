"use client";

import type { ReactElement } from "react";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";

export interface Starter {
  prompt: string;
  what: string;
}

const icons: readonly IconName[] = ["thought", "text", "step", "gap"];

/** An empty conversation: one question, and some to begin with. A click writes it, a second one sends it. */
export function Starters({
  starters,
  onPick,
}: {
  starters: readonly Starter[];
  onPick(prompt: string): void;
}): ReactElement {
  const t = useTranslate();
  return (
    <section className="hello">
      <h2>{t("hello.title")}</h2>
      {starters.length > 0 && (
        <ul aria-label={t("hello.starters")}>
          {starters.map(({ prompt, what }, at) => (
            <li key={prompt}>
              <button type="button" className="starter" onClick={() => onPick(prompt)}>
                <span className="tick" aria-hidden="true">
                  <Icon name={icons[at] ?? "text"} />
                </span>
                <span>{prompt}</span>
                <span className="what">{what}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
