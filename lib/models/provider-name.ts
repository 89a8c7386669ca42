interface NamedEndpoint {
  wire: "chat" | "responses" | "messages";
  /** Absent: whatever model no other endpoint names. */
  model?: { id: string };
}

/**
 * What traces call the provider of a model: the conventions of OpenTelemetry for generative AI know whose
 * protocol is spoken, not who speaks it.
 */
export function providerName(endpoints: readonly NamedEndpoint[], model: string): string {
  const endpoint =
    endpoints.find((each) => each.model?.id === model) ?? endpoints.find((each) => !each.model);
  if (!endpoint) return "rivulet.demo";
  return endpoint.wire === "messages" ? "anthropic" : "openai";
}
