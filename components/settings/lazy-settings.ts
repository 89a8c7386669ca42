import { lazy } from "react";
import { reloadPage } from "../ui/reload-page.ts";

/**
 * The settings page. Its script is loaded when it is first shown, or when `loadSettings` is called before.
 */
export const LazySettings = lazy(async () => {
  const { SettingsPage } = await loadSettings().catch(reloadPage);
  return { default: SettingsPage };
});

export const loadSettings = () => import("./settings-page.tsx");
