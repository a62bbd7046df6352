/** People in front of our screens: calls as HubSpot's cards make them, pages as a browser walks through them. */
import type { HubSpotWorld } from "../support/hubspot-world.ts";
import { HOUR, MINUTE, PUBLIC_URL } from "../support/hubspot-world.ts";

/** What a card's `hubspot.fetch` gets. */
export async function cardCall(
  world: HubSpotWorld,
  path: string,
  userId: number,
  body?: Record<string, unknown>,
): Promise<Response> {
  const call = body === undefined ? { userId } : { userId, method: "POST", body };
  return world.app.fetch(await world.portal.cardRequest(`${PUBLIC_URL}${path}`, call));
}

/** A browser: follows redirects, keeps cookies unless it is told not to. */
export class Browser {
  readonly #world: Pick<HubSpotWorld, "app">;
  readonly #keepsCookies: boolean;
  readonly #cookies = new Map<string, string>();
  url = "";

  constructor(world: Pick<HubSpotWorld, "app">, keepsCookies = true) {
    this.#world = world;
    this.#keepsCookies = keepsCookies;
  }

  async get(url: string): Promise<Response> {
    return this.#go(new URL(url, this.url || PUBLIC_URL).href, { method: "GET" });
  }

  /** Submits the form of the current page whose fields include `fields`. */
  async post(url: string, fields: Readonly<Record<string, string>>): Promise<Response> {
    const body = new URLSearchParams(fields);
    return this.#go(new URL(url, this.url).href, { method: "POST", body });
  }

  async #go(url: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await this.#world.app.request(url, {
      ...init,
      headers: cookie ? { cookie } : {},
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (this.#keepsCookies) this.#cookies.set(name, value);
    }
    const to = response.headers.get("location");
    if (to === null || response.status < 300 || response.status >= 400) {
      this.url = url;
      return response;
    }
    return this.#go(new URL(to, url).href, { method: "GET" });
  }

  forget(): void {
    this.#cookies.clear();
  }
}

/** Opens a page of ours as a HubSpot card does, in a browser of this person. */
export async function openIn(
  world: HubSpotWorld,
  userId: number,
  to: string,
  browser = new Browser(world),
  language = "en",
): Promise<{ browser: Browser; response: Response }> {
  const reply = (await (await cardCall(world, `/hubspot/frame/open?language=${language}`, userId, { to })).json()) as {
    ok: boolean;
    url: string;
  };
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return { browser, response: await browser.get(reply.url) };
}

/** The value of a hidden field, by name, in the first form that has all of `near` in it. */
export function hidden(page: string, name: string, near = ""): string {
  for (const form of page.matchAll(/<form[\s\S]*?<\/form>/g)) {
    if (!form[0].includes(near)) continue;
    const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(form[0]);
    if (found) return found[1]!;
  }
  throw new Error(`no field ${name} near ${near}`);
}

export interface Scene {
  /** installs */
  admin: { id: string; userId: number };
  owner: { id: string; userId: number };
  other: { id: string; userId: number };
  company: string;
  deal: string;
}

/** An installed portal with one won deal of `owner`. */
export async function wonScene(world: HubSpotWorld): Promise<Scene> {
  const admin = [...world.portal.crm.people.owners.values()].find((one) => one.superAdmin)!;
  const owner = world.portal.addOwner({ firstName: "Айгуль" });
  const other = world.portal.addOwner({ firstName: "Ion" });
  const installed = await world.install();
  if (installed.status !== 200) throw new Error(JSON.stringify(world.logs));
  await world.runFor(10 * MINUTE);
  const company = world.portal.create("companies", { name: "Acme <b>& Sons</b>", hubspot_owner_id: owner.id }).id;
  const values = {
    dealname: "Acme deal",
    pipeline: "default",
    dealstage: "closedwon",
    amount: "4200",
    hubspot_owner_id: owner.id,
  };
  const deal = world.portal.create("deals", values, [{ objectType: "companies", id: company }]).id;
  await world.runFor(HOUR);
  return { admin, owner, other, company, deal };
}

/** Everything that the form with `near` in its tag would send as it stands. */
export function fieldsOf(page: string, near: string): Record<string, string> {
  const form = [...page.matchAll(/<form[\s\S]*?<\/form>/g)]
    .map((one) => one[0])
    .find((one) => one.slice(0, one.indexOf(">")).includes(near));
  if (!form) throw new Error(`no form ${near}`);
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    const isBox = /type="checkbox"/.test(tag);
    if (name && (!isBox || / checked/.test(tag))) fields[name] = unescapeHtml(/value="([^"]*)"/.exec(tag)?.[1] ?? "");
  }
  for (const [, attributes, body] of form.matchAll(/<textarea([^>]*)>([\s\S]*?)<\/textarea>/g)) {
    fields[/name="([^"]*)"/.exec(attributes!)![1]!] = unescapeHtml(body!);
  }
  for (const [, attributes, body] of form.matchAll(/<select([^>]*)>([\s\S]*?)<\/select>/g)) {
    const chosen = /<option value="([^"]*)" selected/.exec(body!) ?? /<option value="([^"]*)"/.exec(body!);
    fields[/name="([^"]*)"/.exec(attributes!)![1]!] = unescapeHtml(chosen?.[1] ?? "");
  }
  return fields;
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
