/**
 * The transfer link for the sender of this request: the address that other devices open, or this server's as
 * the sender's browser sees it.
 */
export function transferUrl(code: string, request: Request, isSecure: boolean, publicUrl?: string): string {
  const origin = request.headers.get("origin");
  const host = `${isSecure ? "https" : "http"}://${request.headers.get("host") ?? "localhost"}`;
  // A browser's Origin was checked already. Other clients could mislead only themselves.
  const seen = origin !== null && URL.canParse(origin) ? origin : host;
  return new URL(`/join/${code}`, publicUrl ?? seen).href;
}
