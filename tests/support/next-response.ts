import { subscribe, unsubscribe } from "node:diagnostics_channel";

const channel = "http.client.response.finish";

/**
 * Resolves once this process has received the headers of a response over `node:http`: what happens to the
 * connection after that does not happen to the request.
 */
export function nextResponse(): Promise<void> {
  return new Promise((resolve) => {
    const seen = (): void => {
      unsubscribe(channel, seen);
      resolve();
    };
    subscribe(channel, seen);
  });
}
