/**
 * Puts the pictures of the walk together as one animated SVG, which a browser plays without a player: `node scripts/walk.ts`. Needs a Chromium
 * (CHROMIUM_PATH), which also makes the pictures small. The captions are the rows of `manifest/listing/demo-walk.md`, in their order.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { chromium, type Page } from "playwright-core";

const LISTING = new URL("../manifest/listing/", import.meta.url).pathname;
const WIDTH = 960;
const HEIGHT = 540;
/** Height of the line with the caption. */
const CAPTION = 44;
/** Of WebP, 0 to 1: the least at which small text reads. */
const QUALITY = 0.55;
/** How long a picture stands, seconds. */
const STANDS_S = 3.2;
/** Longer captions end at a word. */
const CAPTION_CHARS = 105;

interface Step {
  file: string;
  caption: string;
}

function steps(): Step[] {
  const rows = readFileSync(`${LISTING}demo-walk.md`, "utf8").matchAll(/^\| `(walk\/[^`]+\.png)` \| (.+) \|$/gm);
  return [...rows].map(([, file = "", caption = ""]) => ({ file, caption: shortened(caption.replace(/[*`]/g, "")) }));
}

function shortened(text: string): string {
  const sentence = text.replace(/ \([^)]*\)/g, "");
  return sentence.length <= CAPTION_CHARS
    ? sentence
    : `${sentence.slice(0, sentence.lastIndexOf(" ", CAPTION_CHARS))} …`;
}

/** A picture as a small WebP, by the browser's own encoder. */
async function smaller(page: Page, file: string): Promise<string> {
  const png = readFileSync(`${LISTING}${file}`).toString("base64");
  const encode = `(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${png}";
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: ${WIDTH}, height: ${HEIGHT} });
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, ${WIDTH}, ${HEIGHT});
    return canvas.toDataURL("image/webp", ${QUALITY});
  })()`;
  return (await page.evaluate(encode)) as string;
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** One picture after the other; people who asked their system for no motion see the first. */
function animation(pictures: readonly (Step & { data: string })[]): string {
  const total = pictures.length * STANDS_S;
  const share = 100 / pictures.length;
  const frames = pictures.map(
    ({ data, caption }, at) => `<g style="animation-delay:${(at * STANDS_S - (at === 0 ? 0 : total)).toFixed(1)}s">
<image href="${data}" width="${WIDTH}" height="${HEIGHT}"/><text x="16" y="${HEIGHT + 28}">${at + 1} · ${escaped(caption)}</text></g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT + CAPTION}" width="${WIDTH}" height="${HEIGHT + CAPTION}" role="img" aria-labelledby="t">
<title id="t">Tenure from the install to leaving, in ${pictures.length} pictures</title>
<style>rect{fill:#fff}text{font:17px system-ui,sans-serif;fill:#22303f}g{opacity:0;animation:show ${total.toFixed(1)}s steps(1) infinite}g:first-of-type{opacity:1}
@keyframes show{0%{opacity:1}${share.toFixed(4)}%{opacity:0}100%{opacity:0}}
@media (prefers-reduced-motion:reduce){g{animation:none}}</style>
<rect width="100%" height="100%"/>
${frames.join("\n")}
</svg>
`;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage();
const pictures: (Step & { data: string })[] = [];
for (const step of steps()) pictures.push({ ...step, data: await smaller(page, step.file) });
await browser.close();
writeFileSync(`${LISTING}walk.svg`, animation(pictures));
