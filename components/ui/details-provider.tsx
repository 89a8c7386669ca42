"use client";

import { createContext, type ReactElement, type ReactNode, use } from "react";
import type { DetailsSetting } from "#lib/client/details-setting.ts";

const DetailsContext = createContext<DetailsSetting>(undefined);

/** Gives the page what this browser has chosen for thinking and the details of calls. */
export const DetailsProvider = ({
  setting,
  children,
}: {
  setting: DetailsSetting;
  children: ReactNode;
}): ReactElement => <DetailsContext value={setting}>{children}</DetailsContext>;

export const useDetails = (): DetailsSetting => use(DetailsContext);
