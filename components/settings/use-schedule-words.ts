import { type ScheduleKey, scheduleWords } from "#lib/client/i18n/schedule-words.ts";
import { type TranslateKey, translator } from "#lib/client/i18n/translate.ts";
import { useLanguage } from "../ui/i18n-provider.tsx";

const scheduleTranslators = { en: translator(scheduleWords.en), zh: translator(scheduleWords.zh) };

/** The words about schedules, which are no part of the page's own. */
export const useScheduleWords = (): TranslateKey<ScheduleKey> => scheduleTranslators[useLanguage()];
