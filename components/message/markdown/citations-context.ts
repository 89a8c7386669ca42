"use client";

import { createContext, type ReactNode } from "react";

/** Links to the sources that a text such as `[1]` or `[1][2]` cites; undefined: it cites none. */
export type CitationLinks = (text: string) => ReactNode | undefined;

/** How an answer's citations are shown; absent: it has no sources, or what shows them is on its way. */
export const CitationsContext = createContext<CitationLinks | undefined>(undefined);
