"use client";

import type { ReactElement } from "react";
import { useTranslate } from "./i18n-provider.tsx";
import { StatusPageBody, type StatusPageProps } from "./status-page-body.tsx";

/** A page that holds nothing but a calm word, in the page's language, and the way back. */
export const StatusPage = (props: StatusPageProps): ReactElement => (
  <StatusPageBody t={useTranslate()} {...props} />
);
