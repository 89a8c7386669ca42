import { UI_MESSAGE_STREAM_HEADERS } from "ai";
import { after } from "next/server";
import { createResumableStreamContext } from "resumable-stream/redis";

export const dynamic = "force-dynamic";

/** Resumes what `POST /d` began. */
export async function GET(_request, { params }) {
  const { id } = await params;
  const context = createResumableStreamContext({ waitUntil: after });
  const stream = await context.resumeExistingStream(id);
  if (!stream) return new Response(null, { status: 204 });
  return new Response(stream.pipeThrough(new TextEncoderStream()), { headers: UI_MESSAGE_STREAM_HEADERS });
}
