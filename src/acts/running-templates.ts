/** A published version of a template on which plans stand may not change under them, whatever configuration is published. */
import { loadState } from "../core/client/state.ts";
import type { Template } from "../core/plan/template.ts";
import type { Settings } from "../core/settings.ts";
import type { Portal } from "../portal-open.ts";

type Version = Pick<Template, "id" | "version">;

/** Clients looked at per page. */
const PAGE = 500;

const nameOf = ({ id, version }: Version) => `${id}@${version}`;

/** Does a plan stand on this version of a template of the portal's own? */
export function isRunning(portal: Pick<Portal, "store" | "settings">, template: Version): boolean {
  return portal.settings().templates.some((one) => nameOf(one) === nameOf(template)) && stands(portal, template);
}

function stands({ store }: Pick<Portal, "store">, template: Version): boolean {
  for (let after = "", more = true; more; ) {
    const page = store.clients.page(after, PAGE);
    const isHere = page.some((client) =>
      loadState(client.state).state.plans.some(
        (plan) => plan.templateId === template.id && plan.templateVersion === template.version,
      ),
    );
    if (isHere) return true;
    after = page.at(-1)?.key ?? "";
    more = page.length === PAGE;
  }
  return false;
}

/** Places of versions in these settings that differ from those on which plans stand. */
export function changedUnderPlans(portal: Pick<Portal, "store" | "settings">, settings: Settings): readonly number[] {
  const known = new Map(portal.settings().templates.map((one) => [nameOf(one), JSON.stringify(one)]));
  return settings.templates.flatMap((one, at) => {
    const before = known.get(nameOf(one));
    return before !== undefined && before !== JSON.stringify(one) && stands(portal, one) ? [at] : [];
  });
}

/** The same settings with every version on which plans stand as it is now: an older configuration, or another portal's, may lack it. */
export function keepRunning(portal: Pick<Portal, "store" | "settings">, settings: Settings): Settings {
  const wanted = new Map(settings.templates.map((one) => [nameOf(one), JSON.stringify(one)]));
  const kept = portal
    .settings()
    .templates.filter((one) => wanted.get(nameOf(one)) !== JSON.stringify(one) && stands(portal, one));
  if (kept.length === 0) return settings;
  const names = new Set(kept.map(nameOf));
  return { ...settings, templates: [...kept, ...settings.templates.filter((one) => !names.has(nameOf(one)))] };
}
