import type { ReactElement, ReactNode } from "react";
import { useMounted } from "./use-mounted.ts";

/**
 * Around the buttons and fields of what is rendered on the server and whose script is loaded by itself: React
 * drops a click that comes before that script, so none is taken until it is there. It is no box of its own.
 */
export const ReadyControls = ({ children }: { children: ReactNode }): ReactElement => (
  <fieldset className="controls" role="presentation" disabled={!useMounted()}>
    {children}
  </fieldset>
);
