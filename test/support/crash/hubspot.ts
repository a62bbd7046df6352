import { API_VERSION } from "../../../src/crm/hubspot/limits.ts";
import { HubSpotSandbox } from "../../../src/sandbox/hubspot/index.ts";
import { objectTypeOf } from "../../../src/sandbox/hubspot/object-types.ts";
import type { CrashSite, ListedTask, SiteOptions } from "./site.ts";

const SECRETS = { clientId: "client-1", clientSecret: "secret-1", appId: 4711 };
const PAGE = 100;

interface Page {
  results: {
    properties: { hs_task_subject: string; tenure_key?: string | null };
    associations?: { deals?: { results: { id: string }[] } };
  }[];
  paging?: { next: { after: string } };
}

export function hubspotSite({ clock, random, publicUrl, sandboxUrl }: SiteOptions): CrashSite {
  const sandbox: HubSpotSandbox = new HubSpotSandbox({
    clock,
    random,
    ...SECRETS,
    redirectUrls: [`${publicUrl}/hubspot/oauth/callback`, `${publicUrl}/hubspot/install`],
    webhookUrl: `${publicUrl}/hubspot/webhooks`,
    deliver: (request) => fetch(request),
    publicUrl: sandboxUrl,
  });
  const portal = sandbox.addPortal({ timeZone: "Europe/Kyiv" });
  const owner = portal.addOwner({ firstName: "Aigul" }).id;

  async function page(after: string, bearer: string): Promise<Page> {
    const url = `${sandboxUrl}/crm/objects/${API_VERSION}/tasks?limit=${PAGE}&properties=hs_task_subject,tenure_key&associations=deals${after}`;
    const answer = await sandbox.fetch(new Request(url, { headers: { authorization: `Bearer ${bearer}` } }));
    if (!answer.ok) throw new Error(`the list of tasks was answered ${answer.status}`);
    return (await answer.json()) as Page;
  }

  return {
    env: {
      HUBSPOT_CLIENT_ID: SECRETS.clientId,
      HUBSPOT_CLIENT_SECRET: SECRETS.clientSecret,
      HUBSPOT_APP_ID: String(SECRETS.appId),
      HUBSPOT_API_URL: sandboxUrl,
      HUBSPOT_AUTH_URL: sandboxUrl,
    },
    fetch: (request) => sandbox.fetch(request),
    creates: async (request) => new URL(request.url).pathname.endsWith("/tasks/batch/create"),
    async install() {
      const begun = await fetch(`${publicUrl}/hubspot/install`, { redirect: "manual" });
      const cookie = (begun.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
      const back = portal.approve(begun.headers.get("location") ?? "");
      const answer = await fetch(back, { headers: { cookie }, redirect: "manual" });
      if (!answer.ok) throw new Error(`the install was answered ${answer.status}`);
    },
    winDeal(n) {
      const company = portal.create("companies", { name: `Firma ${n}`, hubspot_owner_id: owner }).id;
      const values = { dealname: `Deal ${n}`, pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
      return { deal: portal.create("deals", values, [{ objectType: "companies", id: company }]).id, company };
    },
    rename: (deal, name) => portal.update("deals", deal, { dealname: name }),
    keys: () => [...portal.crm.store(objectTypeOf("tasks")).all.values()].map(({ values }) => values.tenure_key ?? ""),
    async list() {
      if (!portal.install) throw new Error("the app is not installed any more");
      const { token } = sandbox.oauth.renew(portal.install);
      const tasks: ListedTask[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const { results, paging }: Page = await page(after, token);
        for (const { properties, associations } of results) {
          const deals = (associations?.deals?.results ?? []).map(({ id }) => id);
          const { hs_task_subject: subject, tenure_key: key } = properties;
          tasks.push({ key: key ?? "", subject, deals: [...new Set(deals)] });
        }
        after = paging ? `&after=${paging.next.after}` : null;
      }
      return tasks;
    },
    limited: () => sandbox.calls.limited,
    violations: () => sandbox.violations.map(({ method, path, rule }) => `${method} ${path}: ${rule}`),
  };
}
