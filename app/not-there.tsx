import { notFound } from "next/navigation";
import type { ReactElement } from "react";
import { LazyMissingPage, LazyStatusPage } from "#components/chat/lazy-missing-pages.tsx";
import { setPageStatus } from "#lib/http/page-status.ts";
import { readIndex } from "./read-index.ts";

/**
 * What an address shows whose page is not there, as the server's answer. Next's own way is an empty page
 * until its scripts are there; it is for hosts that do not start by our door.
 */
export async function notThere(what: "page" | "conversation"): Promise<ReactElement> {
  if (!setPageStatus(404)) notFound();
  const index = await readIndex();
  return what === "conversation" ? (
    <LazyMissingPage {...{ index }} />
  ) : (
    <LazyStatusPage named="page.missing" {...{ index }} />
  );
}
