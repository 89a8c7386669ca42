import type { ReactElement, ReactNode } from "react";
import type { Messages } from "#lib/client/i18n/messages.ts";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { EmptyState } from "./empty-state.tsx";
import { type IndexLinks, PlainFrame } from "./plain-frame.tsx";

export interface StatusPageProps {
  named:
    | "page.missing"
    | "missing"
    | "away"
    | "join.gone"
    | "join.full"
    | "join.here"
    | "ended.out"
    | "ended.deleted"
    | "ended.joined";
  /** The newest conversations. */
  index?: IndexLinks;
  children?: ReactNode;
}

/** A page that holds nothing but a calm word, and the way back: on the server, or in the browser. */
export function StatusPageBody(props: StatusPageProps & { t: Translate }): ReactElement {
  const { t, named, index, children } = props;
  const title: keyof Messages = `${named}.title`;
  return (
    <PlainFrame {...{ t, index }}>
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
    </PlainFrame>
  );
}
