/** The address that a transfer link has for whoever sent this request: our own, as their browser sees it. */
export function transferUrl(code: string, request: Request, isSecure: boolean): string {
  const origin = request.headers.get("origin");
  // A browser's Origin has been held against Host already; anybody else only misleads themselves.
  const base = origin ?? `${isSecure ? "https" : "http"}://${request.headers.get("host") ?? "localhost"}`;
  return new URL(`/join/${code}`, base).href;
}
