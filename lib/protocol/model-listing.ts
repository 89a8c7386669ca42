/** What is known of a model beside its name. What is absent is unknown. */
export interface ModelDescription {
  /** In US dollars, a million tokens. */
  prices?: { input: number; output: number; cachedInput?: number };
  /** In tokens. */
  limits?: { context?: number; output?: number };
  capabilities?: ModelCapabilities;
}

export interface ModelCapabilities {
  tools?: boolean;
  images?: boolean;
  json?: boolean;
  files?: boolean;
}

/** A model as the page is told of it (protocol 3.7). No secret is among it. */
export interface ModelListing extends ModelDescription {
  /** What a request names. */
  id: string;
  /** What people see. The page says in its own words that `demo` is the demo model. */
  label: string;
  demo: boolean;
  isDefault: boolean;
  /** `host:port` of its endpoint; absent: it runs here. */
  host?: string;
  /** By its name for embeddings, speech or pictures: it is offered, and never the default. */
  isUnsuited?: true;
  /** What came of the newest request to it, or of reading its endpoint's list; absent: none yet. */
  state?: ModelState;
  /** Questions to it are asked with a key of this browser. */
  hasOwnKey?: true;
  /** Its endpoint is asked with credentials that no key of a browser can stand in for. */
  takesNoKey?: true;
}

export interface ModelState {
  isReachable: boolean;
  /** Why not: an error code of the protocol. */
  code?: string;
  /** Of the newest test that was good, ms. */
  firstTokenMs?: number;
}

/** One page of the models that match. */
export interface ModelPage {
  models: readonly ModelListing[];
  /** How many there are on all pages. */
  total: number;
}

/** What came of one small streamed request to a model. */
export type ModelTest =
  | {
      isGood: true;
      host?: string;
      /** Absent: it ended without a word. */
      firstTokenMs?: number;
      totalMs: number;
      /** Absent: not known. */
      tools?: boolean;
      usage: boolean;
      reasoning: boolean;
    }
  | {
      isGood: false;
      host?: string;
      code: string;
      reason?: string;
      status?: number;
      retryAfterMs?: number;
      /** In plain English, for whoever runs the server. */
      errorText: string;
      totalMs: number;
    };
