import { html, raw } from "hono/html";
import type { Language } from "../../core/model.ts";
import type { Html } from "./layout.ts";
import { layoutWords } from "./layout.words.ts";
import { STYLE } from "./style.ts";

/** The session has ended. */
export function overPage(language: Language, nonce: string): Html {
  const w = layoutWords(language);
  return html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${w.overTitle} – Tenure</title><style nonce="${nonce}">${raw(STYLE)}</style></head>
<body><main><h1>${w.overTitle}</h1><p>${w.overText}</p></main></body></html>`;
}
