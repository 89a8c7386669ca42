import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { GuardedLink } from "./markdown/guarded-link.ts";
import { linkTarget } from "./markdown/link-target.ts";

/** A page that was read: its title, and where it lies. Its address is shown before anybody goes there. */
export function SourceLink({ url, title }: { url: string; title?: string | undefined }): ReactElement {
  const target = linkTarget(url);
  const words = showHidden(title ?? url);
  if (!target) return <span>{words}</span>;
  return (
    <span className="source">
      <bdi>
        <GuardedLink href={target.href} host={target.host}>
          {words}
        </GuardedLink>
      </bdi>{" "}
      <span className="host">{target.host}</span>
    </span>
  );
}
