import type { Translate } from "#lib/client/i18n/translate.ts";

/** Agents that the page has words for: those that are shipped. */
const wordedAgents = ["assistant", "recipe", "resume", "form", "code"] as const;

/** What an agent is called on the page: any other by its name. */
export function agentName(t: Translate, name: string): string {
  const worded = wordedAgents.find((each) => each === name);
  return worded ? t(`agent.${worded}`) : name;
}
