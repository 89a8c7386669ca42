import type { ReactElement, ReactNode } from "react";
import type { Translate } from "#lib/client/i18n/translate.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import { Icon } from "./icon.tsx";

/** The newest conversations, as links. */
export type IndexLinks = readonly { id: string; title: string }[];

/**
 * The frame of a page that is no conversation, without any script: the name of the program, and the index as
 * links.
 */
export const PlainFrame = ({
  t,
  index = [],
  children,
}: {
  t: Translate;
  index?: IndexLinks | undefined;
  children: ReactNode;
}): ReactElement => (
  <div className="app plain">
    <nav className="index" aria-label={t("index.label")}>
      <a className="item" href="/">
        <Icon name="plus" />
        <span className="t">{t("index.new")}</span>
      </a>
      <div className="list">
        <ul>
          {index.map(({ id, title }) => (
            <li key={id}>
              <a className="item" href={`/c/${id}`}>
                <span className="t" dir="auto">
                  {showHidden(title) || t("index.untitled")}
                </span>
              </a>
            </li>
          ))}
        </ul>
      </div>
      <div className="foot">
        <a className="item" href="/settings">
          <Icon name="settings" />
          <span className="t">{t("settings.title")}</span>
        </a>
      </div>
    </nav>
    <div className="page">
      <header className="bar">
        <div className="column">
          <a className="name" href="/">
            {t("app.name")}
          </a>
        </div>
      </header>
      {children}
    </div>
  </div>
);
