import { randomUUID } from "node:crypto";
import { notFound, problemResponse } from "#lib/http/problem.ts";

const nothing = () => problemResponse(notFound(), randomUUID());

/** No endpoint of ours: told as any other problem, where Next would send a page. */
export { nothing as DELETE, nothing as GET, nothing as PATCH, nothing as POST, nothing as PUT };
