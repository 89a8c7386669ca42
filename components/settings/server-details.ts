export type Theme = "system" | "light" | "dark";

/** What the settings tell of the server and of the cookies that it was sent. No secret is among it. */
export interface ServerDetails {
  /** Only the demo model answers. */
  isDemo: boolean;
  /** The model in use, or the host that answers until it is known. */
  model: string;
  /** Where questions to it are sent; absent with the demo. */
  host?: string;
  /** Where questions are sent, of all models; none with the demo. */
  hosts: readonly string[];
  hasKey: boolean;
  /** What people see in place of a model's name, where it is another one. */
  labels: Readonly<Record<string, string>>;
  /** Where conversations are kept: "sqlite", "redis", "kv" or "memory". */
  store: string;
  /** Of a message, in characters. */
  maxMessageLength: number;
  /** What one piece of code that a model writes may take; absent: none is run. */
  code?: { memoryMb: number; seconds: number; outputKb: number };
  theme: Theme;
}
