import { z } from "zod";
import { ProblemError } from "#lib/http/problem.ts";
import { readJson } from "#lib/http/read-json.ts";
import { route } from "#lib/http/route.ts";
import { server } from "#lib/server.ts";
import { hashOf, isCode } from "#lib/sessions/session.ts";

const joinRequest = z.strictObject({ code: z.string().max(200) });

/**
 * Makes this browser the same owner as the one that made the link; what it had moves along (protocol 3.9).
 */
export const POST = (request: Request) =>
  route(request, server().api, async ({ session }) => {
    const { code } = await readJson(request, joinRequest);
    const { sessions } = server().context.storage;
    const joined = isCode(code) ? await sessions.join(hashOf(code), session) : "gone";
    if (joined === "gone")
      throw new ProblemError(410, "link_gone", "this link was used, has expired, or never was one");
    if (joined === "here")
      throw new ProblemError(409, "already_here", "this browser has these conversations already");
    return new Response(null, { status: 204 });
  });
