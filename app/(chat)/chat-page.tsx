import { cookies, headers } from "next/headers";
import { Chat, type ChatProps } from "#components/conversation/chat.tsx";
import { pickLanguage } from "#lib/client/i18n/pick-language.ts";
import { listConversations } from "#lib/runs/read-conversation.ts";
import { server } from "#lib/server.ts";

/** A page of the chat: what the server knows, rendered, and handed to the browser to go on from. */
export async function ChatPage({
  first,
  ownerId,
}: {
  first: ChatProps["first"];
  ownerId: string | undefined;
}) {
  const { context, config, starters } = server();
  const { endpoint } = config;
  const asked = await headers();
  const language = pickLanguage((await cookies()).get("rivulet-lang")?.value, asked.get("accept-language"));
  const list = ownerId === undefined ? { conversations: [] } : await listConversations(context, ownerId);
  return (
    <Chat
      list={list}
      first={first}
      starters={endpoint ? [] : starters[language]}
      demo={{ isDemo: !endpoint, modelLabel: endpoint?.model ?? hostOf(endpoint?.baseUrl) }}
      renderedAt={Date.now()}
    />
  );
}

/** Stands for the model until it is known by its name. */
const hostOf = (baseUrl: string | undefined): string =>
  baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).host : "api.openai.com";
