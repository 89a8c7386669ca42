import { useEffect, useMemo, useState } from "react";
import type { Part } from "#lib/protocol/message.ts";
import type { citationLinks } from "./citation-links.ts";
import type { CitationLinks } from "./markdown/citations-context.ts";

/** How the citations of an answer are shown: loaded with the first answer that has a source. */
export function useCitations(parts: readonly Part[]): CitationLinks | undefined {
  const [linksOf, setLinksOf] = useState<typeof citationLinks>();
  const sources = parts.flatMap((part) =>
    part.type === "source-url" ? [[part.sourceId, part.url, part.title]] : [],
  );
  const isNeeded = sources.length > 0;
  useEffect(() => {
    if (!isNeeded) return;
    // Without a network the numbers stay as they are written.
    void import("./citation-links.ts").then(
      (loaded) => setLinksOf(() => loaded.citationLinks),
      () => undefined,
    );
  }, [isNeeded]);
  // A text: the answer is not rendered anew for as long as its sources are the same.
  const json = isNeeded ? JSON.stringify(sources) : "";
  return useMemo(() => (json === "" ? undefined : linksOf?.(json)), [linksOf, json]);
}
