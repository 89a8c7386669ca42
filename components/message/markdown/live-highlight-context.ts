"use client";

import { createContext } from "react";

/** Whether code has its colours while it is written: where it is short, and what is to be read. */
export const LiveHighlightContext = createContext(false);
