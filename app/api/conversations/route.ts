import { nextRoute } from "../next-route.ts";

export const { DELETE, GET } = nextRoute("/api/conversations");
