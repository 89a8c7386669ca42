"use client";

import { createContext } from "react";
import type { MarkdownLabels } from "./markdown-labels.ts";

/** The words of the page, for whatever in an answer has words of its own. */
export const LabelsContext = createContext<MarkdownLabels>({ copy: "", copied: "" });
