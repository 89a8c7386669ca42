/** The transfer link for the sender of this request: this server's address as their browser sees it. */
export function transferUrl(code: string, request: Request, isSecure: boolean): string {
  const origin = request.headers.get("origin");
  // A browser's Origin has been compared with Host already. Other clients could mislead only themselves.
  const base = origin ?? `${isSecure ? "https" : "http"}://${request.headers.get("host") ?? "localhost"}`;
  return new URL(`/join/${code}`, base).href;
}
