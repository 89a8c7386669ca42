import { LazyMissingPage } from "#components/chat/lazy-missing-pages.tsx";
import { readIndex } from "../../../read-index.ts";

/** A conversation that is not there for this browser: deleted, someone else's, or its cookie is gone. */
export default async function NotFound() {
  return <LazyMissingPage index={await readIndex()} />;
}
