import { type Answer, type Call, ok, type Route } from "../call.ts";
import { contractBroken, notFound } from "../errors.ts";
import { OBJECT_TYPES, type ObjectType } from "../object-types.ts";
import { readScopes, typeParam } from "./shapes.ts";

/** How much of the account's room is taken, and rules on values (facts sheet 7). */
function labels(type: ObjectType): Record<string, string> {
  const title = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replaceAll("_", " ");
  return { objectTypeId: type.id, singularLabel: title(type.name), pluralLabel: title(type.plural) };
}

function share(usage: number, limit: number): number {
  return limit > 0 ? Math.round((usage / limit) * 10_000) / 10_000 : 0;
}

function customProperties(call: Call): Answer {
  const { perObject, overall } = call.portal.propertyLimits;
  const byObjectType = OBJECT_TYPES.map((type) => {
    const usage = call.crm.book(type).custom().length;
    return { ...labels(type), limit: perObject, usage, percentage: share(usage, perObject) };
  });
  const overallUsage = byObjectType.reduce((sum, entry) => sum + entry.usage, 0);
  return ok({ overallLimit: overall, overallUsage, overallPercentage: share(overallUsage, overall), byObjectType });
}

function calculatedProperties(call: Call): Answer {
  const limit = call.portal.plan === "free" || call.portal.plan === "starter" ? 0 : 25;
  const byObjectType = OBJECT_TYPES.map((type) => ({
    ...labels(type),
    usage: call.crm
      .book(type)
      .custom()
      .filter((property) => property.calculationFormula !== null).length,
  })).filter((entry) => entry.usage > 0);
  const overallUsage = byObjectType.reduce((sum, entry) => sum + entry.usage, 0);
  return ok({ overallLimit: limit, overallUsage, overallPercentage: share(overallUsage, limit), byObjectType });
}

function associationLabels(call: Call): Answer {
  const [from, to] = [call.query.get("fromObjectTypeId"), call.query.get("toObjectTypeId")];
  const results: unknown[] = [];
  for (const left of OBJECT_TYPES) {
    for (const right of OBJECT_TYPES) {
      if ((from && left.id !== from) || (to && right.id !== to)) continue;
      const used = call.crm.associations.labels(left, right);
      if (used.length === 0) continue;
      results.push({
        fromObjectType: labels(left),
        toObjectType: labels(right),
        limit: 10,
        usage: used.length,
        percentage: share(used.length, 10),
        allLabels: used.map((type) => type.label),
      });
    }
  }
  return ok({ results });
}

// ---------------------------------------------------------------- property validations

const BASE = "/crm/property-validations/2026-09/{objectTypeId}";

function rulesOf(call: Call): Map<string, Map<string, { ruleArguments: string[]; shouldApplyNormalization: boolean }>> {
  const type = typeParam(call.params, "objectTypeId");
  let rules = call.crm.validations.get(type.id);
  if (!rules) {
    rules = new Map();
    call.crm.validations.set(type.id, rules);
  }
  return rules;
}

function shapeRules(
  rules: Map<string, { ruleArguments: string[]; shouldApplyNormalization: boolean }> | undefined,
): unknown[] {
  return [...(rules ?? [])].map(([ruleType, rule]) => ({ ruleType, ...rule }));
}

function listRules(call: Call): Answer {
  const results = [...rulesOf(call)].map(([propertyName, rules]) => ({
    propertyName,
    propertyValidationRules: shapeRules(rules),
  }));
  return ok({ results });
}

function readRule(call: Call): Answer {
  const rule = rulesOf(call).get(call.params.propertyName!)?.get(call.params.ruleType!);
  if (!rule) throw notFound();
  return ok({ ruleType: call.params.ruleType, ...rule });
}

function putRule(call: Call): Answer {
  const type = typeParam(call.params, "objectTypeId");
  const property = call.crm.book(type).get(call.params.propertyName!);
  if (!property) throw notFound(`Property ${call.params.propertyName} does not exist`);
  if (property.hubspotDefined) throw contractBroken(`${property.name} is defined by HubSpot and takes no rules`);
  const rules = rulesOf(call);
  const own = rules.get(property.name) ?? new Map();
  rules.set(property.name, own);
  const body = call.body as { ruleArguments: string[]; shouldApplyNormalization?: boolean };
  const { ruleArguments, shouldApplyNormalization = false } = body;
  own.set(call.params.ruleType!, { ruleArguments, shouldApplyNormalization });
  return { status: 204 };
}

const reads = readScopes("objectTypeId");
const writes = (params: Readonly<Record<string, string>>) => typeParam(params, "objectTypeId").schemaScopes;

export const LIMIT_ROUTES: readonly Route[] = [
  { method: "GET", path: "/crm/limits/2026-09/custom-properties", handle: customProperties },
  { method: "GET", path: "/crm/limits/2026-09/calculated-properties", handle: calculatedProperties },
  { method: "GET", path: "/crm/limits/2026-09/associations/labels", handle: associationLabels },
  { method: "GET", path: BASE, scopes: reads, handle: listRules },
  {
    method: "GET",
    path: `${BASE}/{propertyName}`,
    scopes: reads,
    handle: (call) => ok({ results: shapeRules(rulesOf(call).get(call.params.propertyName!)) }),
  },
  { method: "GET", path: `${BASE}/{propertyName}/rule-type/{ruleType}`, scopes: reads, handle: readRule },
  { method: "PUT", path: `${BASE}/{propertyName}/rule-type/{ruleType}`, scopes: writes, handle: putRule },
];
