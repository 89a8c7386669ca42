import { cookies } from "next/headers";
import { Chat, type ChatProps } from "#components/chat/chat.tsx";
import type { ServerDetails } from "#components/settings/server-details.ts";
import { listConversations } from "#lib/conversations/list-conversations.ts";
import { demoModelId } from "#lib/protocol/demo-model-id.ts";
import { server } from "#lib/server.ts";
import { pageLanguage } from "../page-language.ts";
import type { PageVisitor } from "./read-visitor.ts";

/** A page of the chat: rendered from what the server knows, which the browser goes on from. */
export async function ChatPage({
  first,
  visitor,
  workflow,
}: Pick<ChatProps, "first" | "workflow"> & { visitor: PageVisitor | undefined }) {
  const { context, config, starters } = server();
  const language = await pageLanguage();
  const theme = (await cookies()).get("rivulet-theme")?.value;
  const list = visitor ? await listConversations(context, visitor.userId) : { conversations: [] };
  return (
    <Chat
      list={list}
      first={first}
      workflow={workflow}
      starters={starters[language]}
      details={{
        ...detailsOf(config.endpoints),
        store: context.storage.name,
        maxMessageLength: config.maxMessageLength,
        ...(config.code && { code: codeDetails(config.code) }),
        theme: theme === "light" || theme === "dark" ? theme : "system",
      }}
      renderedAt={Date.now()}
    />
  );
}

const codeDetails = ({ memoryMb, cpuMs, outputBytes }: CodeLimits): NonNullable<ServerDetails["code"]> => ({
  memoryMb,
  seconds: cpuMs / 1000,
  outputKb: outputBytes / 1024,
});

type CodeLimits = NonNullable<ReturnType<typeof server>["config"]["code"]>;
type ModelEndpoints = ReturnType<typeof server>["config"]["endpoints"];

/** More of them would weigh on every page; the list of models has them all. */
const maxLabels = 200;

/** The host stands for the model until that is known by its name. */
function detailsOf(
  endpoints: ModelEndpoints,
): Omit<ServerDetails, "theme" | "store" | "code" | "maxMessageLength"> {
  const [first] = endpoints;
  if (!first) return { isDemo: true, model: demoModelId, hasKey: false, hosts: [], labels: {} };
  const { model, apiKey } = first;
  const host = endpointHost(first);
  const named = endpoints.flatMap((each) =>
    each.model?.label === undefined ? [] : [[each.model.id, each.model.label] as const],
  );
  return {
    isDemo: false,
    model: model?.id ?? host,
    host,
    hasKey: apiKey !== undefined,
    hosts: [...new Set(endpoints.map(endpointHost))],
    labels: Object.fromEntries(named.slice(0, maxLabels)),
  };
}

const endpointHost = ({ baseUrl }: ModelEndpoints[number]): string =>
  baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).host : "api.openai.com";
