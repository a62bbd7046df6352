import { fromXmlId } from "../../../src/crm/bitrix24/task-key.ts";
import { Bitrix24Sandbox } from "../../../src/sandbox/bitrix24/index.ts";
import type { CrashSite, ListedTask, SiteOptions } from "./site.ts";

const SECRETS = { clientId: "app.1", clientSecret: "secret-2" };
const PAGE = 50;
const BATCH = 50;

interface Batch {
  result: { result: Record<string, { tasks: { title: string; xmlId: string | null; ufCrmTask: string[] | false }[] }> };
}

const keyIn = (xmlId: string | null) => fromXmlId(xmlId)?.key ?? "";

export function bitrix24Site({ clock, random, publicUrl, sandboxUrl }: SiteOptions): CrashSite {
  const oauthUrl = `${sandboxUrl}/oauth-west`;
  const sandbox = new Bitrix24Sandbox({
    clock,
    random,
    ...SECRETS,
    appCode: "maker.tenure",
    installUrl: `${publicUrl}/bitrix24/install`,
    appUrl: `${publicUrl}/bitrix24/app`,
    eventsUrl: `${publicUrl}/bitrix24/events`,
    deliver: (request) => fetch(request),
    publicUrl: sandboxUrl,
    oauthUrl,
    oauthUrlEast: `${sandboxUrl}/oauth-east`,
  });
  const portal = sandbox.addPortal({ domain: "crash.bitrix24.test", timeZone: "Europe/Kyiv", language: "en" });
  const admin = portal.addUser({ admin: true, name: "Admin", timeZone: "Europe/Kyiv" }).id;
  const owner = portal.addUser({ name: "Aigul" }).id;

  async function rest<T>(method: string, params: Record<string, unknown>): Promise<T> {
    const auth = sandbox.tokens.issueAccess(portal, admin).token;
    const request = new Request(`${portal.clientEndpoint}${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...params, auth }),
    });
    const answer = await sandbox.fetch(request);
    if (!answer.ok) throw new Error(`${method} was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  return {
    env: {
      BITRIX24_CLIENT_ID: SECRETS.clientId,
      BITRIX24_CLIENT_SECRET: SECRETS.clientSecret,
      BITRIX24_OAUTH_URL: oauthUrl,
    },
    fetch: (request) => sandbox.fetch(request),
    async creates(request) {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith("/tasks.task.add")) return true;
      return pathname.endsWith("/batch") && (await request.clone().text()).includes("tasks.task.add?");
    },
    async install() {
      const answer = await portal.install(admin);
      if (!answer.ok) throw new Error(`the install was answered ${answer.status}`);
      portal.finishInstall();
    },
    winDeal(n) {
      const companyId = portal.create("company", { title: `Firma ${n}`, assignedById: owner });
      const deal = portal.create("deal", { title: `Deal ${n}`, stageId: "WON", companyId, assignedById: owner });
      return { deal: String(deal), company: String(companyId) };
    },
    rename: (deal, name) => portal.update("deal", Number(deal), { title: name }),
    keys: () => portal.tasks.tasks.all().map(({ xmlId }) => keyIn(xmlId)),
    async list() {
      const { total } = await rest<{ total: number }>("tasks.task.list", { select: ["ID"] });
      const commands = Array.from({ length: Math.ceil(total / PAGE) }, (_, page) => {
        const query = `order[ID]=asc&select[]=TITLE&select[]=XML_ID&select[]=UF_CRM_TASK&start=${page * PAGE}`;
        return `tasks.task.list?${encodeURI(query)}`;
      });
      const tasks: ListedTask[] = [];
      for (let at = 0; at < commands.length; at += BATCH) {
        const cmd = Object.fromEntries(commands.slice(at, at + BATCH).map((command, index) => [`p${index}`, command]));
        const { result } = await rest<Batch>("batch", { halt: 1, cmd });
        for (const page of Object.values(result.result)) {
          for (const { title, xmlId, ufCrmTask } of page.tasks) {
            const links = ufCrmTask === false ? [] : ufCrmTask;
            tasks.push({
              key: keyIn(xmlId),
              subject: title,
              deals: links.filter((one) => one.startsWith("D_")).map((one) => one.slice(2)),
            });
          }
        }
      }
      return tasks;
    },
    limited: () =>
      sandbox.calls.filter(({ error }) => error === "QUERY_LIMIT_EXCEEDED" || error === "OPERATION_TIME_LIMIT").length,
    violations: () => sandbox.violations.map(({ path, rule }) => `${path}: ${rule}`),
  };
}
