import { isObject, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";

const CRM_CARDS = ["LEAD", "DEAL", "CONTACT", "COMPANY", "SMART_INVOICE"].flatMap((type) =>
  ["DETAIL_TAB", "DETAIL_ACTIVITY", "DETAIL_TOOLBAR", "LIST_MENU", "LIST_TOOLBAR", "ACTIVITY_TIMELINE_MENU"].map(
    (place) => `CRM_${type}_${place}`,
  ),
);
/** Placement -> scope it needs besides `placement`. Facts sheet section 13.1. */
const PLACES: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ...CRM_CARDS.map((name) => [name, "crm"] as const),
  ["CRM_ANALYTICS_MENU", "crm"],
  ["CRM_ANALYTICS_TOOLBAR", "crm"],
  ["BI_ANALYTICS_MENU", null],
  ["LEFT_MENU", null],
  ["REST_APP_URI", null],
  ["PAGE_BACKGROUND_WORKER", null],
  ["TASK_VIEW_TAB", "task"],
  ["TASK_VIEW_SIDEBAR", "task"],
  ["TASK_VIEW_TOP_PANEL", "task"],
  ["TASK_LIST_CONTEXT_MENU", "task"],
  ["USER_PROFILE_MENU", "user"],
  ["USER_PROFILE_TOOLBAR", "user"],
]);
const SINGLE = new Set(["REST_APP_URI", "PAGE_BACKGROUND_WORKER"]);

function checkHandler(call: Call, handler: string): void {
  if (!URL.canParse(handler)) {
    call.violation("a handler must be an absolute URL");
    throw new RestError(400, "ERROR_WRONG_HANDLER_URL", "Wrong handler URL");
  }
  if (!/^https?:/.test(handler)) throw new RestError(400, "ERROR_UNSUPPORTED_PROTOCOL", "Unsupported handler protocol");
}

function placeScope(name: string): string | null | undefined {
  if (/^CRM_DYNAMIC_\d+_/.test(name)) return "crm";
  return PLACES.get(name);
}

function bind(call: Call, params: Params) {
  const placement = String(params.PLACEMENT).toUpperCase();
  const scope = placeScope(placement);
  if (scope === undefined || (scope !== null && !call.scopes.includes(scope))) {
    call.violation(`placement ${placement} is not available`);
    throw new RestError(400, "ERROR_PLACEMENT_NOT_FOUND", "Placement not found");
  }
  const handler = String(params.HANDLER);
  checkHandler(call, handler);
  const { placements } = call.portal.app;
  if (SINGLE.has(placement) && placements.some((each) => each.placement === placement)) {
    throw new RestError(400, "ERROR_PLACEMENT_MAX_COUNT", "Placement max count was exceeded");
  }
  if (placement === "PAGE_BACKGROUND_WORKER" && !(isObject(params.OPTIONS) && params.OPTIONS.errorHandlerUrl)) {
    throw new RestError(400, "EMPTY_ERROR_HANDLER_URL", "Error handler URL is empty");
  }
  const userId = Number(params.USER_ID ?? 0);
  const twin = placements.some(
    (each) => each.placement === placement && each.handler === handler && each.userId === userId,
  );
  if (twin) throw new RestError(400, "ERROR_CORE", "Unable to set placement handler: Handler already binded");
  placements.push({
    placement,
    handler,
    title: String(params.TITLE ?? ""),
    description: String(params.DESCRIPTION ?? ""),
    groupName: String(params.GROUP_NAME ?? ""),
    langAll: isObject(params.LANG_ALL) ? params.LANG_ALL : {},
    options: params.OPTIONS ?? [],
    userId,
  });
  return { result: true };
}

function fieldType(call: Call, params: Params, mustExist: boolean): string {
  const id = String(params.USER_TYPE_ID);
  if (!/^[a-z0-9_]+$/.test(id)) throw new RestError(400, "ERROR_ARGUMENT", "USER_TYPE_ID is invalid");
  const found = call.portal.app.userFieldTypes.has(id);
  if (mustExist && !found) throw new RestError(400, "ERROR_NOT_FOUND", "Field type not found");
  if (!mustExist && found)
    throw new RestError(400, "ERROR_CORE", "Unable to set placement handler: Handler already binded");
  return id;
}

/** placement.* and app-drawn field types. */
export const placements: Handlers = {
  "placement.bind": bind,
  "placement.unbind": (call, params) => {
    const { placements: bound } = call.portal.app;
    const kept = bound.filter((each) => {
      if (params.PLACEMENT !== undefined && each.placement !== String(params.PLACEMENT).toUpperCase()) return true;
      return params.HANDLER !== undefined && each.handler !== params.HANDLER;
    });
    const count = bound.length - kept.length;
    bound.splice(0, bound.length, ...kept);
    return { result: { count } };
  },
  "placement.get": (call) => ({
    result: call.portal.app.placements.map((each) => ({
      placement: each.placement,
      userId: each.userId,
      handler: each.handler,
      options: each.options,
      title: each.title,
      description: each.description,
      langAll: Object.keys(each.langAll).length === 0 ? [] : each.langAll,
    })),
  }),
  "placement.list": (call, params) => ({
    result: [...PLACES]
      .filter(([, scope]) => {
        if (params.SCOPE) return scope === params.SCOPE;
        return params.FULL || scope === null || call.scopes.includes(scope);
      })
      .map(([name]) => name),
  }),
  "userfieldtype.add": (call, params) => {
    const id = fieldType(call, params, false);
    checkHandler(call, String(params.HANDLER));
    call.portal.app.userFieldTypes.set(id, { ...params });
    return { result: true };
  },
  "userfieldtype.update": (call, params) => {
    const id = fieldType(call, params, true);
    call.portal.app.userFieldTypes.set(id, { ...call.portal.app.userFieldTypes.get(id), ...params });
    return { result: true };
  },
  "userfieldtype.list": (call) => {
    const types = [...call.portal.app.userFieldTypes.values()];
    const result = types.map((each) => ({
      USER_TYPE_ID: each.USER_TYPE_ID,
      HANDLER: each.HANDLER,
      TITLE: each.TITLE ?? "",
      DESCRIPTION: each.DESCRIPTION ?? "",
    }));
    return { result: listOf(result), total: types.length };
  },
  "userfieldtype.delete": (call, params) => {
    call.portal.app.userFieldTypes.delete(fieldType(call, params, true));
    return { result: true };
  },
};
