/** Why the server did not do what it was asked, as far as it said. `status` 0: no answer at all. */
export interface Problem {
  status: number;
  /** The server's code, or `no_connection`. */
  code: string;
  detail: string;
  requestId?: string;
  activeRunId?: string;
  /** ms to wait before asking again. */
  retryAfterMs?: number;
}

export const noConnection: Problem = { status: 0, code: "no_connection", detail: "" };

/** Reads a problem+json answer; a proxy's page in its place still gives a status. */
export async function readProblem(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => undefined);
  const fields: Record<string, unknown> = typeof body === "object" && body !== null ? body : {};
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return {
    status: response.status,
    code: textOf(fields["code"]) ?? "unexpected",
    detail: textOf(fields["detail"]) ?? "",
    ...optional(
      "requestId",
      textOf(fields["requestId"]) ?? response.headers.get("x-request-id") ?? undefined,
    ),
    ...optional("activeRunId", textOf(fields["activeRunId"])),
    ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1000 }),
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const optional = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: string }); // Cast: a computed key is only known as string.
