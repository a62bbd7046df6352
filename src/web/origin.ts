/** An origin as a header may carry it; `https://*.host` stands for every host below. @throws Error for anything else */
export function originOf(text: string): string {
  const wild = /^https:\/\/\*\.[a-z0-9.-]+$/.test(text);
  if (wild) return text;
  const { origin, protocol } = new URL(text);
  if (protocol !== "https:" && protocol !== "http:") throw new Error(`"${text}" is no origin of a page.`);
  return origin;
}
