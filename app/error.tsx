"use client";

import { CrashPage } from "#components/chat/crash-page.tsx";

/** What is shown in place of a page that failed to render. */
export default function ErrorPage({ reset }: { reset(): void }) {
  return <CrashPage onAgain={reset} />;
}
