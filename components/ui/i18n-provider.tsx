"use client";

import { createContext, type ReactElement, type ReactNode, use, useMemo } from "react";
import type { Language, Messages } from "#lib/client/i18n/messages.ts";
import { type Translate, translator } from "#lib/client/i18n/translate.ts";

interface I18n {
  language: Language;
  t: Translate;
}

const I18nContext = createContext<I18n | null>(null);

/** Gives the page the messages of one language, so that the browser never loads another. */
export function I18nProvider(props: {
  language: Language;
  messages: Messages;
  children: ReactNode;
}): ReactElement {
  const { language, messages } = props;
  const i18n = useMemo(() => ({ language, t: translator(messages) }), [language, messages]);
  return <I18nContext value={i18n}>{props.children}</I18nContext>;
}

/** The page's words. */
export const useTranslate = (): Translate => useI18n().t;

/** The page's language, for dates and numbers. */
export const useLanguage = (): Language => useI18n().language;

function useI18n(): I18n {
  const i18n = use(I18nContext);
  if (!i18n) throw new Error("no provider");
  return i18n;
}
