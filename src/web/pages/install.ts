import { html, raw } from "hono/html";
import type { Language } from "../../core/model.ts";
import { installWords } from "./install.words.ts";
import type { Html } from "./layout.ts";
import { STYLE } from "./style.ts";

/** Installing ends in the browser only (facts sheet 1.1): the vendor's library tells the portal, which then opens our page. */
const FINISH = `B24Js.initializeB24Frame().then(function(b24){return b24.installFinish()}).catch(function(){document.getElementById("failed").hidden=false})`;

/** The last page of an installation inside Bitrix24. */
export function installPage(language: Language, nonce: string): Html {
  const w = installWords(language);
  return html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${w.title} – Tenure</title><style nonce="${nonce}">${raw(STYLE)}</style></head>
<body><main><h1>${w.title}</h1><p role="status">${w.text}</p><p class="say bad" id="failed" hidden>${w.failed}</p><noscript><p class="say bad">${w.noScript}</p></noscript></main>
<script nonce="${nonce}" src="/bitrix24/b24jssdk.js"></script><script nonce="${nonce}">${raw(FINISH)}</script></body></html>`;
}
