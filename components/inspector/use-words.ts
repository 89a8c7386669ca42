import { type InspectorKey, inspectorWords } from "#lib/client/i18n/inspector-words.ts";
import { type TranslateKey, translator } from "#lib/client/i18n/translate.ts";
import { useLanguage } from "../ui/i18n-provider.tsx";

export type InspectorTranslate = TranslateKey<InspectorKey>;

const inspectorTranslators = { en: translator(inspectorWords.en), zh: translator(inspectorWords.zh) };

/** The words of the inspector, which are no part of the page's own. */
export const useWords = (): InspectorTranslate => inspectorTranslators[useLanguage()];
