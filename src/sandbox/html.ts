/** Text made safe for HTML, in element content and in quoted attributes. */
export function escapeHtml(text: unknown): string {
  return String(text ?? "").replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A small page of the sandbox. `body` is HTML and already safe; `refreshSeconds` makes the browser load it again. */
export function htmlPage(title: string, body: string, refreshSeconds?: number): string {
  const refresh = refreshSeconds ? `<meta http-equiv="refresh" content="${refreshSeconds}">` : "";
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>${refresh}<style>
body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#1c2733;background:#f5f7fa}
header{background:#213343;color:#fff;padding:.7rem 1.5rem}header a{color:#fff}main{padding:1rem 1.5rem;max-width:76rem}
table{border-collapse:collapse;width:100%;background:#fff}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #dde3ea;vertical-align:top}
th{background:#eaf0f6}nav a{margin-right:1rem}a{color:#0b5c8a}.quiet{color:#516f90}.card{background:#fff;padding:1rem 1.5rem;border:1px solid #dde3ea;max-width:40rem}
button{font:inherit;padding:.5rem 1.2rem;border:1px solid #213343;background:#fff;cursor:pointer}button.main{background:#b3391f;border-color:#b3391f;color:#fff}
</style></head><body><header>${escapeHtml(title)}</header><main>${body}</main></body></html>`;
}
