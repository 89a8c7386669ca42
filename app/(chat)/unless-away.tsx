import type { ReactElement } from "react";
import { AwayPage } from "#components/session/away-page.tsx";
import { awaySeconds, isStoreFailure } from "#lib/http/store-failures.ts";

/** The page, or words in its place where the store fails after the proxy found it there. */
export async function unlessAway(page: () => Promise<ReactElement>): Promise<ReactElement> {
  try {
    return await page();
  } catch (error) {
    if (isStoreFailure(error)) return <AwayPage seconds={awaySeconds} />;
    throw error;
  }
}
