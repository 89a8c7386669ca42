import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { WordsProvider } from "#components/ui/words-provider.tsx";
import { pickLanguage } from "#lib/client/i18n/pick-language.ts";
import { wordsOf } from "#lib/client/i18n/words-of.ts";
import "./globals.css";

export const metadata: Metadata = { applicationName: "Rivulet", robots: { index: false } };

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  interactiveWidget: "resizes-content",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f7f4" },
    { media: "(prefers-color-scheme: dark)", color: "#161917" },
  ],
};

/** Language and theme come from cookies, so that the first paint has them; the words go down in one language only. */
export default async function Layout({ children }: { children: ReactNode }) {
  const jar = await cookies();
  const language = pickLanguage(jar.get("rivulet-lang")?.value, (await headers()).get("accept-language"));
  const theme = jar.get("rivulet-theme")?.value;
  return (
    <html
      lang={language === "zh" ? "zh-CN" : "en"}
      data-theme={theme === "light" || theme === "dark" ? theme : undefined}
    >
      <body>
        <WordsProvider language={language} words={wordsOf(language)}>
          {children}
        </WordsProvider>
      </body>
    </html>
  );
}
