import { z } from "zod";

const approvalsExpected = 'a JSON object such as {"write": "ask", "save_note": "allow"}: allow, ask or deny';

/** TOOL_APPROVALS: what the operator says of a tool, by its name, or of all tools of an effect. */
export const toolApprovals = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: approvalsExpected });
      return z.NEVER;
    }
  })
  .pipe(
    z.record(
      z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "names of tools, or read, write, network, code"),
      z.enum(["allow", "ask", "deny"], approvalsExpected),
      approvalsExpected,
    ),
  );
