import { z } from "zod";
import { hashSecret, isTransferCode } from "../../sessions/session.ts";
import { maxSessionsOfUser } from "../../storage/session-store.ts";
import { ProblemError } from "../problem.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";

const joinRequest = z.strictObject({ code: z.string().max(200) });

export const joinRoute = {
  /**
   * Makes this browser share the user of the one that made the link; its conversations move along (protocol
   * 3.9).
   */
  POST: forVisitors(async ({ request, session }, { context: { storage } }) => {
    const { code } = await readJson(request, joinRequest);
    const joined = isTransferCode(code) ? await storage.sessions.join(hashSecret(code), session) : "gone";
    if (joined === "gone")
      throw new ProblemError(410, "link_gone", "this link was used, has expired, or never was one");
    if (joined === "here")
      throw new ProblemError(409, "already_here", "this browser has these conversations already");
    if (joined === "full")
      throw new ProblemError(
        409,
        "too_many_browsers",
        `no more than ${maxSessionsOfUser} browsers can have the same conversations: log one out first`,
      );
    return new Response(null, { status: 204 });
  }),
};
