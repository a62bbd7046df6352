/** A real browser in front of a world in one process: every request is answered by the connector or by a sandbox, nothing leaves the machine. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import { type BrowserContext, chromium, type Frame, type Page, type Route } from "playwright-core";
import { expect } from "vitest";

const ARGS = [
  "--no-sandbox",
  // A frame of another site would be a process of its own, and a click in it is lost while the browser does not know yet where it stands.
  "--disable-site-isolation-trials",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Where listing material goes when it is asked for. */
const SCREENSHOTS = new URL("../../manifest/listing/screenshots/", import.meta.url).pathname;
const WALK = new URL("../../manifest/listing/walk/", import.meta.url).pathname;

export type Answer = (request: Request) => Response | Promise<Response>;

export interface Kit {
  context: BrowserContext;
  close(): Promise<void>;
}

/** @param hosts who answers, by host name; anything else is refused */
export async function openBrowser(
  hosts: Readonly<Record<string, Answer>>,
  more: {
    colorScheme?: "light" | "dark";
    width?: number;
    height?: number;
    locale?: string;
    /** false: the browser runs none, as some people have it */
    hasScripts?: boolean;
  } = {},
): Promise<Kit> {
  const folder = mkdtempSync(join(tmpdir(), "tenure-browser-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    headless: true,
    args: ARGS,
    viewport: { width: more.width ?? 1280, height: more.height ?? 720 },
    colorScheme: more.colorScheme ?? "light",
    locale: more.locale ?? "en-GB",
    javaScriptEnabled: more.hasScripts ?? true,
  });
  await context.route("**/*", (route) => answer(route, hosts));
  /** what no page may ever do: a script that throws, an answer that says we failed */
  const faults: string[] = [];
  context.on("weberror", (error) => void faults.push(error.error().message));
  context.on("response", (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${new URL(response.url()).pathname.slice(-60)}`);
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
      expect(faults).toEqual([]);
    },
  };
}

async function answer(route: Route, hosts: Readonly<Record<string, Answer>>): Promise<void> {
  const request = route.request();
  const url = new URL(request.url());
  const host = hosts[url.hostname];
  if (!host) return route.abort();
  const body = request.postDataBuffer();
  const headers = await request.allHeaders();
  const response = await host(
    new Request(url, {
      method: request.method(),
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":"))),
      ...(body && { body: new Uint8Array(body) }),
      redirect: "manual",
    }),
  );
  const bytes = Buffer.from(await response.arrayBuffer());
  const lines: Record<string, string> = {};
  for (const [name, value] of response.headers) if (name !== "set-cookie") lines[name] = value;
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) lines["set-cookie"] = cookies.join("\n");
  const to = response.headers.get("location");
  // The request behind a redirect would not come to us: the browser is sent there by a page instead.
  if (to !== null)
    return route.fulfill({
      status: 200,
      headers: { ...only(lines, "set-cookie"), "content-type": "text/html" },
      body: goTo(new URL(to, url).href),
    });
  return route.fulfill({ status: response.status, headers: lines, body: bytes });
}

function only(lines: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return lines[name] === undefined ? {} : { [name]: lines[name] };
}

function goTo(url: string): string {
  return `<!doctype html><html lang="en"><title>…</title><script>location.replace(${JSON.stringify(url).replaceAll("<", "\\u003c")})</script>`;
}

/** What is wrong for people with a screen reader or without a mouse, by axe: nothing may be. */
export async function expectAccessible(where: Page | Frame): Promise<void> {
  // The page's own policy lets no script in; the check is made in the browser's isolated world.
  const found = await where.evaluate(
    `(() => { ${axe.source}; return axe.run(document, { resultTypes: ["violations"] }); })()`,
  );
  const { violations } = found as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
  expect(violations.map((one) => [one.id, one.nodes.map((node) => `${node.html} ${node.failureSummary}`)])).toEqual([]);
}

/** What a reader would have to push sideways: the page itself, or one of its boxes. */
export async function sideways(where: Page | Frame): Promise<string[]> {
  return (await where.evaluate(`[document.documentElement, ...document.querySelectorAll(".scroll, .card, .tile")]
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => one.tagName + " " + (one.getAttribute("aria-label") ?? one.innerText.slice(0, 60)))`)) as string[];
}

/** Keeps a picture for the listing when TENURE_SCREENSHOTS is set. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env.TENURE_SCREENSHOTS) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}

/** Keeps a picture for the walk through the app when TENURE_SCREENSHOTS is set. */
export async function walk(page: Page, name: string): Promise<void> {
  if (!process.env.TENURE_SCREENSHOTS) return;
  mkdirSync(WALK, { recursive: true });
  await page.screenshot({ path: `${WALK}${name}.png` });
}

/** Keeps a picture of the whole page for people who look at it, in the folder that TENURE_LOOK names. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env.TENURE_LOOK;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
