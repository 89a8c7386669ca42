import { useMemo } from "react";
import { type TranslateKey, translator } from "#lib/client/i18n/translate.ts";
import { workflowWords } from "#lib/client/i18n/workflow-words.ts";
import { useLanguage } from "../../ui/i18n-provider.tsx";

export type WorkflowWords = TranslateKey<keyof (typeof workflowWords)["en"]>;

/** The words of workflows in the page's language. */
export function useWorkflowWords(): WorkflowWords {
  const language = useLanguage();
  return useMemo(() => translator(workflowWords[language]), [language]);
}
