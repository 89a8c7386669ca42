import { createHash, timingSafeEqual } from "node:crypto";
import { prometheusType } from "../../metrics/prometheus-text.ts";
import { answerAnyone } from "../answer-request.ts";
import type { ApiServer } from "../api-server.ts";
import { notFound } from "../problem.ts";
import type { Route } from "../route.ts";

/**
 * What this process has counted, for whoever the operator has given the token (protocol 3.7). To everybody
 * else there is nothing here.
 */
const getMetrics: Route = (request, _, { access, metrics }) =>
  answerAnyone(request, access, async () => {
    if (!metrics || !isAdmitted(request.headers, metrics)) throw notFound();
    return new Response(metrics.text(), {
      headers: { "content-type": prometheusType, "cache-control": "no-store" },
    });
  });

function isAdmitted(headers: Headers, { token }: NonNullable<ApiServer["metrics"]>): boolean {
  if (token === undefined) return true;
  const [, given = ""] = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  return timingSafeEqual(hashOf(given), hashOf(token));
}

const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

export const metricsRoute = { GET: getMetrics };
