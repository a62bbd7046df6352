/** Draws the icons of both listings from `manifest/listing/icons/icon.svg`: `node scripts/icons.ts`. Needs a Chromium (CHROMIUM_PATH). */
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

/** HubSpot's listing wants 800 × 800; Bitrix24's 250 to 650, without transparency. */
const SIZES = [800, 512];
const FOLDER = new URL("../manifest/listing/icons/", import.meta.url).pathname;

const svg = readFileSync(`${FOLDER}icon.svg`, "utf8");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
for (const size of SIZES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  await page.screenshot({ path: `${FOLDER}icon-${size}.png` });
  await page.close();
}
await browser.close();
