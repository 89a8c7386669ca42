import type { ReactElement } from "react";
import { AwayPage } from "#components/session/away-page.tsx";
import { messagesIn } from "#lib/client/i18n/messages-in.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import { setPageStatus } from "#lib/http/page-status.ts";
import { awaySeconds, storeFailureStatus } from "#lib/http/store-failures.ts";
import { pageLanguage } from "../page-language.ts";

/** The page, or words in its place where the store fails after the proxy found it there. */
export async function unlessAway(page: () => Promise<ReactElement>): Promise<ReactElement> {
  try {
    return await page();
  } catch (error) {
    const status = storeFailureStatus(error);
    if (status === undefined) throw error;
    setPageStatus(status, awaySeconds);
    return <AwayPage t={translator(messagesIn(await pageLanguage()))} seconds={awaySeconds} />;
  }
}
