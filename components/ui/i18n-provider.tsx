"use client";

import { createContext, type ReactElement, type ReactNode, use, useMemo } from "react";
import type { Language, Messages } from "#lib/client/i18n/messages.ts";
import { type Translate, translator } from "#lib/client/i18n/translate.ts";

interface Spoken {
  language: Language;
  t: Translate;
}

const WordsContext = createContext<Spoken | null>(null);

/** Gives the page the words of one language, so that the browser never loads another. */
export function I18nProvider(props: {
  language: Language;
  words: Messages;
  children: ReactNode;
}): ReactElement {
  const { language, words } = props;
  const spoken = useMemo(() => ({ language, t: translator(words) }), [language, words]);
  return <WordsContext value={spoken}>{props.children}</WordsContext>;
}

/** The page's words. */
export const useTranslate = (): Translate => useSpoken().t;

/** The page's language, for dates and numbers. */
export const useLanguage = (): Language => useSpoken().language;

function useSpoken(): Spoken {
  const spoken = use(WordsContext);
  if (!spoken) throw new Error("no WordsProvider around this component");
  return spoken;
}
