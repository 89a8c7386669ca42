"use client";

import { type ReactElement, useEffect, useState } from "react";
import { sessionRequests, type TransferLink } from "#lib/client/session-requests.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Confirm } from "./confirm.tsx";
import { forgetWritten } from "./forget-written.ts";
import { SettingLine } from "./setting-line.tsx";
import { TransferLinkView } from "./transfer-link.tsx";

/** The link that brings another browser here, how many there are, and the way out. */
export function BrowserSection(): ReactElement {
  const t = useTranslate();
  const { drafts } = useChat();
  const browsers = useBrowsers();
  const [link, setLink] = useState<TransferLink>();
  const [isFailed, setFailed] = useState(false);

  async function make() {
    setFailed(false);
    const made = await sessionRequests.transfer();
    if ("value" in made) setLink(made.value);
    else setFailed(true);
  }

  async function leave() {
    setFailed(false);
    const left = await sessionRequests.logOut();
    // A session that has ended already is what was asked for.
    if ("problem" in left && left.problem.status !== 401) return setFailed(true);
    forgetWritten(drafts, () => window.sessionStorage);
    location.assign("/ended/logged-out");
  }

  return (
    <>
      <div className={link ? "setting tall" : "setting"}>
        <p>
          {t("browser.link")}
          <small>{t("browser.link.note")}</small>
        </p>
        {link && <TransferLinkView link={link} />}
        <button type="button" className="btn line" onClick={() => void make()}>
          {t(link ? "browser.link.again" : "browser.link.make")}
        </button>
      </div>
      <SettingLine name={t("browser.count")} note={t("browser.count.note")}>
        <span className="text-ink-2">
          {browsers === undefined
            ? "–"
            : t(browsers === 1 ? "browser.count.one" : "browser.count.many", { n: browsers })}
        </span>
      </SettingLine>
      <LogOut
        warning={warningOf(browsers, link !== undefined)}
        onLeave={() => void leave()}
        {...((browsers ?? 1) === 1 && !link && { onMakeLink: () => void make() })}
      />
      {isFailed && (
        <p className="line-note" role="alert">
          {t("browser.failed")}
        </p>
      )}
    </>
  );
}

interface LogOutProps {
  /** The key of what this browser's leaving means. */
  warning: ReturnType<typeof warningOf>;
  onLeave(): void;
  /** Offered first where nothing else leads back to the conversations. */
  onMakeLink?(): void;
}

function LogOut({ warning, onLeave, onMakeLink }: LogOutProps): ReactElement {
  const t = useTranslate();
  const [isConfirming, setConfirming] = useState(false);
  if (!isConfirming) {
    return (
      <SettingLine name={t("browser.logout")} note={t("browser.logout.note")}>
        <button type="button" className="btn line" onClick={() => setConfirming(true)}>
          {t("browser.logout")}
        </button>
      </SettingLine>
    );
  }
  return (
    <Confirm title={t("browser.logout.ask")} text={t(warning)}>
      {onMakeLink && (
        <button type="button" className="btn fill" onClick={onMakeLink}>
          {t("browser.logout.first")}
        </button>
      )}
      <button type="button" className="btn line danger" onClick={onLeave}>
        {t("browser.logout.do")}
      </button>
      <button type="button" className="btn" onClick={() => setConfirming(false)}>
        {t("action.cancel")}
      </button>
    </Confirm>
  );
}

function warningOf(browsers: number | undefined, hasLink: boolean) {
  if (browsers !== undefined && browsers > 1) return "browser.logout.others" as const;
  if (hasLink) return "browser.logout.link" as const;
  return browsers === undefined ? ("browser.logout.unknown" as const) : ("browser.logout.last" as const);
}

/** Asked again on focus: another browser may have joined meanwhile. Undefined: not known. */
function useBrowsers(): number | undefined {
  const [browsers, setBrowsers] = useState<number>();
  useEffect(() => {
    const left = new AbortController();
    const look = async () => {
      const found = await sessionRequests.browsers();
      if (!left.signal.aborted) setBrowsers("value" in found ? found.value.browsers : undefined);
    };
    void look();
    window.addEventListener("focus", () => void look(), { signal: left.signal });
    return () => left.abort();
  }, []);
  return browsers;
}
