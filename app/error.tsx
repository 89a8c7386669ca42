"use client";

import { LonePage } from "#components/ui/lone-page.tsx";
import { useWords } from "#components/ui/words-provider.tsx";

/** What a page shows that could not be rendered. */
export default function ErrorPage({ reset }: { reset(): void }) {
  const t = useWords();
  return (
    <LonePage named="crash">
      <button type="button" className="btn fill" onClick={reset}>
        {t("action.retry")}
      </button>{" "}
    </LonePage>
  );
}
