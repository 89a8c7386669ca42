import { awaySeconds } from "./store-failures.ts";

/** What the page says, and how; the caller chooses by the visitor's cookies. */
export interface AwayWords {
  lang: string;
  /** Undefined: the system decides. */
  theme: "light" | "dark" | undefined;
  title: string;
  text: string;
  action: string;
}

/**
 * In place of any page while the store does not answer: words, without script, that ask again by themselves.
 * It stands alone, because a page of the program would be rendered from the store; its few styles are those
 * of components/ui/tokens.css and `.calm`.
 */
export function awayPage({ lang, theme, title, text, action }: AwayWords, nonce: string): Response {
  const html = `<!doctype html>
<html lang="${lang}"${theme ? ` data-theme="${theme}"` : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="${awaySeconds}">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<title>${title} · Rivulet</title>
<style nonce="${nonce}">${styles}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<a href="">${action}</a>
</main>
</body>
</html>
`;
  return new Response(html, {
    status: 503,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "retry-after": String(awaySeconds),
      "content-security-policy": policyWith(nonce),
    },
  });
}

const policyWith = (nonce: string): string =>
  [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

const styles = `
:root{color-scheme:light dark}
[data-theme=light]{color-scheme:light}
[data-theme=dark]{color-scheme:dark}
body{margin:0;background:light-dark(#f6f7f4,#161917);color:light-dark(#1f2421,#e6e8e2);
font:16px/1.6 system-ui,sans-serif}
main{max-width:672px;margin:0 auto;padding:128px 24px 48px}
h1{margin:0;font-size:22px;line-height:1.3;font-weight:600;text-wrap:balance}
p{margin:8px 0 24px;color:light-dark(#525954,#abb1aa)}
a{display:inline-flex;align-items:center;min-height:32px;padding:0 12px;border-radius:4px;font-size:14px;
font-weight:600;text-decoration:none;background:light-dark(#0f6b5c,#5fc7af);color:light-dark(#ffffff,#0b1a16)}
a:focus-visible{outline:2px solid currentColor;outline-offset:2px}
@media (max-width:767px){main{padding-top:48px}a{min-height:44px}}
@media (forced-colors:active){a{border:1px solid}}`;
