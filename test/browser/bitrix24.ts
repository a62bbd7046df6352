/** Bitrix24 with our frame in its slider, as the sandbox hosts it. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { FrameLocator, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { House } from "../support/house.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import type { Answer } from "./kit.ts";

/** The vendor's own library, as the runtimes hand it to the app. */
async function library(): Promise<Response> {
  const entry = createRequire(import.meta.url).resolve("@bitrix24/b24jssdk");
  const source = await readFile(`${entry.slice(0, entry.lastIndexOf("/dist/"))}/dist/umd/index.min.js`, "utf8");
  return new Response(source, { headers: { "content-type": "text/javascript" } });
}

/** Who answers the browser: the connector, the CRM's authorisation server and the portal. */
export function bitrix24Hosts(house: House, world: Bitrix24PortalWorld): Readonly<Record<string, Answer>> {
  return {
    "tenure.test": (request) =>
      new URL(request.url).pathname === "/bitrix24/b24jssdk.js" ? library() : house.app.fetch(request),
    "bitrix24.sandbox": (request) => house.bitrix24.fetch(request),
    [new URL(world.portal.clientEndpoint).hostname]: (request) => house.bitrix24.fetch(request),
  };
}

/** The administrator opens a placement; answers our frame in the slider. */
export async function inSlider(
  page: Page,
  world: Bitrix24PortalWorld,
  placement: string,
  id?: string,
): Promise<FrameLocator> {
  const { origin } = new URL(world.portal.clientEndpoint);
  const query = new URLSearchParams({ placement, ...(id !== undefined && { id }) });
  await page.goto(`${origin}/frame/${world.portal.memberId}/${world.adminId}?${query}`);
  return page.frameLocator("iframe");
}

/**
 * Clicks what stands in our frame, as soon as the frame is as high as the page in it: until then what is aimed at may still move away, and the
 * click is lost.
 */
export async function press(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const frame = page.locator("iframe");
  const body = page.frameLocator("iframe").locator("body");
  const gap = async () => {
    const [box, needed] = await Promise.all([frame.boundingBox(), body.evaluate("document.body.offsetHeight")]);
    return Math.abs(box!.height - Number(needed));
  };
  await expect.poll(gap, { timeout: 20_000 }).toBeLessThanOrEqual(1);
  await target.click();
}
