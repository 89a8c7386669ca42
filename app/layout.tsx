import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { DetailsProvider } from "#components/ui/details-provider.tsx";
import { I18nProvider } from "#components/ui/i18n-provider.tsx";
import { paper } from "#components/ui/paper.ts";
import { detailsCookie, readDetailsSetting } from "#lib/client/details-setting.ts";
import { messagesIn } from "#lib/client/i18n/messages-in.ts";
import { pageLanguage } from "./page-language.ts";
import "./globals.css";

export const metadata: Metadata = { applicationName: "Rivulet", robots: { index: false } };

export async function generateViewport(): Promise<Viewport> {
  const theme = chosenTheme((await cookies()).get("rivulet-theme")?.value);
  return {
    width: "device-width",
    initialScale: 1,
    viewportFit: "cover",
    interactiveWidget: "resizes-content",
    themeColor: theme
      ? paper[theme]
      : (["light", "dark"] as const).map((scheme) => ({
          media: `(prefers-color-scheme: ${scheme})`,
          color: paper[scheme],
        })),
  };
}

/**
 * Language and theme come from cookies, so that the first paint has them; the words go down in one language
 * only.
 */
export default async function Layout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const language = await pageLanguage();
  return (
    <html lang={language === "zh" ? "zh-CN" : "en"} data-theme={chosenTheme(jar.get("rivulet-theme")?.value)}>
      <body>
        <I18nProvider language={language} messages={messagesIn(language)}>
          <DetailsProvider setting={readDetailsSetting(jar.get(detailsCookie)?.value)}>
            {children}
          </DetailsProvider>
        </I18nProvider>
      </body>
    </html>
  );
}

/** Undefined: the system decides. */
const chosenTheme = (cookie: string | undefined): "light" | "dark" | undefined =>
  cookie === "light" || cookie === "dark" ? cookie : undefined;
