import { LazyMissingPage } from "#components/chat/lazy-missing-pages.tsx";

/** A conversation that is not there for this browser: deleted, someone else's, or its cookie is gone. */
export default function NotFound() {
  return <LazyMissingPage />;
}
