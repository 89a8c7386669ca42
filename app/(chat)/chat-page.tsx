import { cookies, headers } from "next/headers";
import { Chat, type ChatProps } from "#components/chat/chat.tsx";
import type { ServerDetails } from "#components/settings/server-details.ts";
import { pickLanguage } from "#lib/client/i18n/pick-language.ts";
import { listConversations } from "#lib/conversations/list-conversations.ts";
import { demoModelId } from "#lib/protocol/demo-model-id.ts";
import { server } from "#lib/server.ts";
import type { PageVisitor } from "./read-visitor.ts";

/** A page of the chat: rendered from what the server knows, which the browser goes on from. */
export async function ChatPage({
  first,
  visitor,
}: {
  first: ChatProps["first"];
  visitor: PageVisitor | undefined;
}) {
  const { context, config, starters } = server();
  const asked = await headers();
  const jar = await cookies();
  const language = pickLanguage(jar.get("rivulet-lang")?.value, asked.get("accept-language"));
  const theme = jar.get("rivulet-theme")?.value;
  const list = visitor ? await listConversations(context, visitor.userId) : { conversations: [] };
  return (
    <Chat
      list={list}
      first={first}
      starters={starters[language]}
      details={{
        ...detailsOf(config.endpoint),
        store: context.storage.name,
        theme: theme === "light" || theme === "dark" ? theme : "system",
      }}
      renderedAt={Date.now()}
    />
  );
}

type ModelEndpoint = ReturnType<typeof server>["config"]["endpoint"];

/** The host stands for the model until that is known by its name. */
function detailsOf(endpoint: ModelEndpoint): Omit<ServerDetails, "theme" | "store"> {
  if (!endpoint) return { isDemo: true, model: demoModelId, hasKey: false };
  const { baseUrl, model, apiKey } = endpoint;
  const host = baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).host : "api.openai.com";
  return { isDemo: false, model: model ?? host, host, hasKey: apiKey !== undefined };
}
