import { LazyStatusPage } from "#components/chat/lazy-missing-pages.tsx";

/** What an address shows that is unknown, deleted, or someone else's. */
export default function NotFound() {
  return <LazyStatusPage named="page.missing" />;
}
