import { lazy } from "react";

/**
 * The settings page. Its script is loaded when it is first shown, or when `loadSettings` is called before.
 */
export const LazySettings = lazy(async () => {
  const { SettingsPage } = await loadSettings().catch(reloadPage);
  return { default: SettingsPage };
});

export const loadSettings = () => import("./settings-page.tsx");

/** A server that was built anew does not have the script any more: the page itself leads to the new one. */
function reloadPage(): Promise<never> {
  location.reload();
  return new Promise(() => undefined);
}
