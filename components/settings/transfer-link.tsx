"use client";

import { type ReactElement, useEffect, useState } from "react";
import type { TransferLink } from "#lib/client/session-requests.ts";
import { CopyAction } from "../ui/copy-action.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";

/**
 * A link for one other browser, how long it still works, and a button that copies it; once it is over, only
 * that.
 */
export function TransferLinkView({ link }: { link: TransferLink }): ReactElement {
  const t = useTranslate();
  const left = useMinutesLeft(link);
  if (left < 0) return <output className="after">{t("browser.link.over")}</output>;
  const time =
    left === 0
      ? t("browser.link.soon")
      : t(left === 1 ? "browser.link.minute" : "browser.link.minutes", { n: left });
  return (
    <>
      <figure className="codeblock" dir="ltr">
        <header>
          <span>{t("browser.link.left", { time })}</span>
          <CopyAction label={t("browser.link.copy")} read={() => link.url} />
        </header>
        {/* The address is longer than a phone is wide: a keyboard can scroll it. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <pre tabIndex={0}>
          <code>{link.url}</code>
        </pre>
      </figure>
      <p className="after">
        <small>{t("browser.link.secret")}</small>
      </p>
    </>
  );
}

/** Whole minutes that are left, counted from when the link came; below 0: none. */
function useMinutesLeft(link: TransferLink): number {
  const [counted, setCounted] = useState({ link, leftMs: link.lastsMs });
  if (counted.link !== link) setCounted({ link, leftMs: link.lastsMs });
  useEffect(() => {
    const begin = Date.now();
    // By the wall clock: a machine that slept did not stop the link's time.
    const timer = setInterval(() => setCounted({ link, leftMs: link.lastsMs - (Date.now() - begin) }), 1000);
    return () => clearInterval(timer);
  }, [link]);
  return Math.floor(counted.leftMs / 60_000);
}
