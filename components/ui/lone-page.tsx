"use client";

import type { ReactElement, ReactNode } from "react";
import type { Words } from "#lib/client/i18n/words.ts";
import { CalmNote } from "../conversation/calm-note.tsx";
import { useWords } from "./words-provider.tsx";

type Named =
  | "page.missing"
  | "missing"
  | "crash"
  | "join.gone"
  | "join.here"
  | "ended.out"
  | "ended.deleted"
  | "ended.joined";

/** A page that holds nothing but a calm word, and the way back. */
export function LonePage({ named, children }: { named: Named; children?: ReactNode }): ReactElement {
  const t = useWords();
  const title: keyof Words = `${named}.title`;
  return (
    <main className="flow">
      <title>{t("app.title", { title: t(title) })}</title>
      <div className="column">
        <CalmNote isPage title={t(title)} text={t(`${named}.text`)}>
          {children}
          <a className="btn line" href="/">
            {t("action.home")}
          </a>
        </CalmNote>
      </div>
    </main>
  );
}
