import { nextRoute } from "../../../next-route.ts";

export const { GET } = nextRoute("/api/runs/[runId]/input");
