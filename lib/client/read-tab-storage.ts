/** What a tab has kept for its own pages under that key; "": nothing, or the browser refuses. */
export function readTabStorage(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}
