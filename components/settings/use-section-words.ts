import { useTranslate } from "../ui/i18n-provider.tsx";
import type { Section } from "./sections.ts";
import { useScheduleWords } from "./use-schedule-words.ts";

/** What each section is called, and what it says of itself. */
export function useSectionWords(): { title(section: Section): string; lead(section: Section): string } {
  const t = useTranslate();
  const w = useScheduleWords();
  return {
    title: (section) => (section === "schedules" ? w("title") : t(`settings.${section}`)),
    lead: (section) => (section === "schedules" ? w("lead") : t(`settings.${section}.lead`)),
  };
}
