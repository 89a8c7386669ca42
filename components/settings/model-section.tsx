"use client";

import { type ReactElement, useState } from "react";
import { keepPreferredModel, readPreferredModel } from "#lib/client/conversation/kept-models.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import { ModelChooser } from "../models/model-chooser.tsx";
import { OwnKey } from "../models/own-key.tsx";
import { TestConnection } from "../models/test-connection.tsx";
import { useModelSearch } from "../models/use-model-search.ts";
import { CopyAction } from "../ui/copy-action.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { useMounted } from "../ui/use-mounted.ts";
import type { ServerDetails } from "./server-details.ts";
import { SettingLine } from "./setting-line.tsx";

const lines = "OPENAI_API_KEY=…\nOPENAI_BASE_URL=https://api.openai.com/v1\nOPENAI_MODEL=…";

/** What answers, which of the models new conversations begin with, and how to have others. */
export function ModelSection({ details }: { details: ServerDetails }): ReactElement {
  const t = useTranslate();
  const { isDemo, model, labels, host, hasKey } = details;
  return (
    <>
      <SettingLine
        name={isDemo ? t("model.demo") : showHidden(labels[model] ?? model)}
        note={isDemo ? t("settings.model.demo") : t("settings.model.host", { host: host ?? "" })}
      >
        <span className="text-ink-2">{t("settings.model.used")}</span>
      </SettingLine>
      {!isDemo && <PreferredModel />}
      {!isDemo && (
        <SettingLine name={t("settings.key")} note={t("settings.key.note")}>
          <span className="text-ink-2">{t(hasKey ? "settings.key.set" : "settings.key.none")}</span>
        </SettingLine>
      )}
      <div className="setting tall">
        <p>
          {t(isDemo ? "settings.model.give" : "settings.model.change")}
          <small>{t("settings.model.how")}</small>
        </p>
        <figure className="codeblock" dir="ltr">
          <header>
            <span>.env.local</span>
            <CopyAction label={t("action.copy")} read={() => lines} />
          </header>
          {/* It scrolls where it is narrow. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre tabIndex={0}>
            <code>{lines}</code>
          </pre>
        </figure>
      </div>
    </>
  );
}

/** The model that new conversations begin with in this browser; it can be tested, and given another key. */
function PreferredModel(): ReactElement {
  const t = useTranslate();
  const mounted = useMounted();
  const [choice, setChoice] = useState<{ id: string | undefined }>();
  const kept = mounted ? readPreferredModel(() => window.localStorage) : undefined;
  const preferred = choice ? choice.id : kept;
  const [round, setRound] = useState(0);
  const { page } = useModelSearch(preferred ?? "", round);
  const chosen = page?.models.find(({ id, isDefault }) =>
    preferred === undefined ? isDefault : id === preferred,
  );

  function choose({ id, isDefault }: ModelListing): void {
    const next = isDefault ? undefined : id;
    setChoice({ id: next });
    keepPreferredModel(() => window.localStorage, next);
  }

  const again = () => setRound(round + 1);
  return (
    <>
      <div className="setting tall">
        <p>
          {t("settings.model.new")}
          <small>{t("settings.model.new.note")}</small>
        </p>
        <ModelChooser current={preferred} {...{ round }} onChoose={choose} />
      </div>
      {chosen && !chosen.demo && (
        <div key={chosen.id}>
          <TestConnection model={chosen} onTested={again} />
          {!chosen.takesNoKey && <OwnKey model={chosen} onChange={again} />}
        </div>
      )}
    </>
  );
}
