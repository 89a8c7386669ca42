"use client";

import { useRouter } from "next/navigation";
import { type ReactElement, useState, useSyncExternalStore } from "react";
import { type DetailsSetting, detailsCookie } from "#lib/client/details-setting.ts";
import { notifyCookie, wantsNotifying } from "#lib/client/notify-setting.ts";
import { useDetails } from "../ui/details-provider.tsx";
import { useLanguage, useTranslate } from "../ui/i18n-provider.tsx";
import { paper } from "../ui/paper.ts";
import { useChangeLanguage } from "../ui/use-change-language.ts";
import { writeCookie } from "../ui/write-cookie.ts";
import { Choice } from "./choice.tsx";
import type { Theme } from "./server-details.ts";
import { SettingLine } from "./setting-line.tsx";

/** Theme, language, and what is open by itself. All are cookies, so that the first paint has them. */
export function AppearanceSection({ theme }: { theme: Theme }): ReactElement {
  const t = useTranslate();
  const language = useLanguage();
  const changeLanguage = useChangeLanguage();
  const [chosen, setChosen] = useState(() => shownTheme() ?? theme);
  const themes = (["system", "light", "dark"] as const).map((value) => ({
    value,
    name: t(`settings.theme.${value}`),
  }));
  function choose(next: Theme) {
    setChosen(next);
    wear(next);
  }
  return (
    <>
      <SettingLine name={t("settings.theme")} note={t("settings.theme.note")}>
        <Choice label={t("settings.theme")} options={themes} value={chosen} onChoose={choose} />
      </SettingLine>
      <SettingLine name={t("settings.language")} note={t("settings.language.note")}>
        <Choice
          label={t("settings.language")}
          options={[
            { value: "en", name: "English", lang: "en" },
            { value: "zh", name: "中文", lang: "zh-CN" },
          ]}
          value={language}
          onChoose={changeLanguage}
        />
      </SettingLine>
      <DetailsLine />
      <NotifyLine />
    </>
  );
}

function DetailsLine(): ReactElement {
  const t = useTranslate();
  const router = useRouter();
  const setting = useDetails();
  const [chosen, setChosen] = useState<"auto" | NonNullable<DetailsSetting>>(setting ?? "auto");
  const options = (["auto", "open", "closed"] as const).map((value) => ({
    value,
    name: t(`settings.details.${value}`),
  }));
  function choose(next: typeof chosen) {
    setChosen(next);
    writeCookie(detailsCookie, next === "auto" ? undefined : next);
    // The page has it from the server.
    router.refresh();
  }
  return (
    <SettingLine name={t("settings.details")} note={t("settings.details.note")}>
      <Choice label={t("settings.details")} options={options} value={chosen} onChoose={choose} />
    </SettingLine>
  );
}

function NotifyLine(): ReactElement {
  const t = useTranslate();
  const kept = useSyncExternalStore(neverNotified, readNotifying, () => "off" as const);
  const [chosen, setChosen] = useState<"off" | "on">();
  const [isRefused, setRefused] = useState(false);
  const options = (["off", "on"] as const).map((value) => ({ value, name: t(`settings.notify.${value}`) }));
  async function choose(next: "off" | "on") {
    const isAllowed = next === "off" || (await askToNotify());
    setRefused(!isAllowed);
    setChosen(isAllowed ? next : "off");
    writeCookie(notifyCookie, isAllowed && next === "on" ? next : undefined);
  }
  return (
    <SettingLine
      name={t("settings.notify")}
      note={t(isRefused ? "settings.notify.refused" : "settings.notify.note")}
    >
      <Choice
        label={t("settings.notify")}
        options={options}
        value={chosen ?? kept}
        onChoose={(next) => void choose(next)}
      />
    </SettingLine>
  );
}

const neverNotified = () => () => {};

const readNotifying = (): "off" | "on" => (wantsNotifying(document.cookie) ? "on" : "off");

/** Whether the person, asked by the browser, has agreed. */
const askToNotify = async (): Promise<boolean> =>
  "Notification" in window && (await Notification.requestPermission()) === "granted";

/**
 * What the page wears now: it may have been changed since the server rendered it. Undefined on the server.
 */
function shownTheme(): Theme | undefined {
  if (typeof document === "undefined") return undefined;
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** The browser's own frame: the page was sent with the theme before. */
function wearInFrame(theme: Theme): void {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const own = meta.media === "" ? system : meta.media.includes("dark") ? "dark" : "light";
    meta.content = paper[theme === "system" ? own : theme];
  }
}

function wear(theme: Theme): void {
  writeCookie("rivulet-theme", theme === "system" ? undefined : theme);
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset["theme"];
  else dataset["theme"] = theme;
  wearInFrame(theme);
}
