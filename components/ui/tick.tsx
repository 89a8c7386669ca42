import type { ReactElement } from "react";
import { Icon, type IconName } from "./icon.tsx";

/** A mark on the spine. `tone`: live (the newest unfinished row), cut, bad, needs. */
export const Tick = ({ name, tone }: { name: IconName; tone?: string | false | undefined }): ReactElement => (
  <span className={tone ? `tick ${tone}` : "tick"} aria-hidden="true">
    <Icon name={name} />
  </span>
);
