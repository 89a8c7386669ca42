import { nextRoute } from "../next-route.ts";

export const { GET } = nextRoute("/api/changes");
