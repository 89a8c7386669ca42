"use client";

import type { ReactElement, ReactNode } from "react";
import type { Messages } from "#lib/client/i18n/messages.ts";
import { EmptyState } from "./empty-state.tsx";
import { useTranslate } from "./i18n-provider.tsx";

type Named =
  | "page.missing"
  | "missing"
  | "crash"
  | "away"
  | "join.gone"
  | "join.here"
  | "ended.out"
  | "ended.deleted"
  | "ended.joined";

/** A page that holds nothing but a calm word, and the way back. */
export function StatusPage({ named, children }: { named: Named; children?: ReactNode }): ReactElement {
  const t = useTranslate();
  const title: keyof Messages = `${named}.title`;
  return (
    <main className="flow">
      <title>{t("app.title", { title: t(title) })}</title>
      <div className="column">
        <EmptyState isPage title={t(title)} text={t(`${named}.text`)}>
          {children}
          <a className="btn line" href="/">
            {t("action.home")}
          </a>
        </EmptyState>
      </div>
    </main>
  );
}
