import { nextRoute } from "../next-route.ts";

export const { DELETE, GET, PATCH, POST, PUT } = nextRoute("/api/[...path]");
