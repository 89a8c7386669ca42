/** How the keys of well-known services begin. */
const keyBeginnings =
  /^(sk|pk|rk|gsk|csk|xai|hf|r8|fw|tgp|pplx|nvapi|ghp|gho|ghs|ghu|github_pat|Bearer)[-_ ]|^([Aa][Ii]za|ey[Jj])[\w-]{8}/;

/** Shorter ones, such as `ollama` or `local`, are what endpoints without keys are given in place of one. */
export const minSecretLength = 16;

/**
 * Whether a value that people get to see, such as a model's name, is a key that was put into the wrong
 * variable: by its form, or because another variable holds the same as a secret. In an
 * address it is in lower case.
 */
export const looksSecret = (value: string, secrets: readonly string[]): boolean =>
  keyBeginnings.test(value) ||
  /\/\/[^/]*@/.test(value) ||
  (value.length >= minSecretLength && secrets.some((secret) => secret.toLowerCase() === value.toLowerCase()));
