import { LazyStatusPage } from "#components/chat/lazy-missing-pages.tsx";
import { readIndex } from "./read-index.ts";

/** What an address shows that is unknown, deleted, or someone else's. */
export default async function NotFound() {
  return <LazyStatusPage named="page.missing" index={await readIndex()} />;
}
