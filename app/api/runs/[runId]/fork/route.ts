import { nextRoute } from "../../../next-route.ts";

export const { POST } = nextRoute("/api/runs/[runId]/fork");
