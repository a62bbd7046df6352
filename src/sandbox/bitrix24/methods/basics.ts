import { entriesOf, isObject, orEmptyList } from "../brackets.ts";
import type { Handlers } from "../call.ts";
import { EVENT_SCOPES, methodNames, methodSpec } from "../contract.ts";
import { RestError } from "../rest-error.ts";

const LICENSES: Record<string, string> = {
  "free-no-rest": "project",
  standard: "std",
  professional: "pro",
  enterprise: "ent100",
};

/** Methods that need no scope. Facts sheet section 3. */
export const basics: Handlers = {
  "app.info": ({ portal, sandbox }) => {
    const family = LICENSES[portal.plan]!;
    return {
      result: {
        ID: 314,
        CODE: sandbox.options.appCode,
        VERSION: Number(portal.app.version.split(".")[0]),
        STATUS: portal.app.status,
        INSTALLED: portal.app.finished,
        PAYMENT_EXPIRED: portal.app.paymentExpired ? "Y" : "N",
        DAYS: portal.app.days,
        LANGUAGE_ID: portal.language,
        LICENSE: portal.selfHosted ? "selfhosted" : `${portal.language}_${family}`,
        LICENSE_TYPE: family,
        LICENSE_FAMILY: family,
      },
    };
  },
  "app.option.get": ({ portal }, params) => {
    const name = params.option;
    if (name === undefined || name === "") return { result: orEmptyList(portal.app.options) };
    return { result: portal.app.options[String(name)] ?? "" };
  },
  "app.option.set": ({ portal, user }, params) => {
    if (!user.admin) throw new RestError(403, "AccessException", "Administrator authorization required");
    if (entriesOf(params.options).length === 0) throw new RestError(400, "ArgumentNullException", "options is empty");
    for (const [name, value] of entriesOf(params.options)) {
      if (value === null || value === "") delete portal.app.options[name];
      else portal.app.options[name] = value;
    }
    return { result: true };
  },
  "user.option.get": ({ portal, user }, params) => {
    const options = portal.app.userOptions.get(user.id) ?? {};
    return { result: params.option ? (options[String(params.option)] ?? "") : orEmptyList(options) };
  },
  "user.option.set": ({ portal, user }, params) => {
    if (!isObject(params.options)) throw new RestError(400, "ArgumentNullException", "options is empty");
    portal.app.userOptions.set(user.id, { ...portal.app.userOptions.get(user.id), ...params.options });
    return { result: true };
  },
  profile: ({ user }) => ({
    result: {
      ID: String(user.id),
      ADMIN: user.admin,
      NAME: user.name,
      LAST_NAME: user.lastName,
      PERSONAL_GENDER: "",
      TIME_ZONE: user.timeZone,
    },
  }),
  "user.admin": ({ user }) => ({ result: user.admin }),
  "user.access": () => ({ result: false }),
  "access.name": () => ({ result: [] }),
  scope: ({ scopes, sandbox }, params) => ({
    result: params.full ? [...new Set([...sandbox.scopes, ...scopes])] : [...scopes],
  }),
  "server.time": ({ portal, now }) => ({ result: portal.server.iso(now) }),
  "method.get": ({ scopes, portal }, params) => {
    const name = String(params.name ?? "").toLowerCase();
    const isThere = portal.sandbox.switches.currencyMethods || !name.startsWith("crm.currency.");
    const spec = isThere ? methodSpec(name, false) : undefined;
    const available = spec?.scopes.every((group) => group.some((scope) => scopes.includes(scope))) ?? false;
    return { result: { isExisting: spec !== undefined, isAvailable: available && portal.plan !== "free-no-rest" } };
  },
  methods: ({ scopes }, params) => ({
    result: methodNames().filter((name) => {
      const spec = methodSpec(name, false)!;
      if (params.scope) return spec.scopes.flat().includes(String(params.scope));
      return params.full || spec.scopes.every((group) => group.some((scope) => scopes.includes(scope)));
    }),
  }),
  "feature.get": ({ portal }, params) => {
    if (params.CODE === "") throw new RestError(400, "CODE_EMPTY", "CODE can't be empty");
    const known = ["rest_offline_extended", "rest_auth_connector"].includes(String(params.CODE));
    return { result: { value: known && portal.offlineEvents ? "Y" : "N" } };
  },
  events: ({ portal, scopes }, params) => {
    const names = [...EVENT_SCOPES].filter(([, scope]) => {
      if (params.SCOPE) return scope === params.SCOPE;
      return params.FULL || scope === "basic" || scopes.includes(scope);
    });
    const perType = portal.sandbox.switches.dynamicEventPerType && !params.SCOPE;
    const dynamic = ["ADD", "UPDATE", "DELETE"].map((verb) => `ONCRMDYNAMICITEM${verb}_31`);
    return { result: [...names.map(([name]) => name), ...(perType ? dynamic : [])] };
  },
};
