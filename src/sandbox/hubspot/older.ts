/**
 * Where a request on an older path belongs (facts sheet 1 and 12: HubSpot's own client still speaks these).
 * null = not an older path.
 */
const MOVES: readonly (readonly [RegExp, string])[] = [
  [/^\/crm\/v3\/objects\//, "/crm/objects/2026-09/"],
  [/^\/crm\/v4\/objects\/(?=[^/]+\/[^/]+\/associations\/(default\/)?[^/]+\/[^/]+$)/, "/crm/objects/2026-09/"],
  [/^\/crm\/v4\/associations\//, "/crm/associations/2026-09/"],
  [/^\/crm\/associations\/v4\//, "/crm/associations/2026-09/"],
  [/^\/crm\/v3\/properties\//, "/crm/properties/2026-09/"],
  [/^\/crm\/v3\/pipelines\//, "/crm/pipelines/2026-09/"],
  [/^\/crm\/v3\/owners(\/|$)/, "/crm/owners/2026-09$1"],
  [/^\/account-info\/v3\//, "/account-info/2026-09/"],
  [/^\/oauth\/2026-03\/token$/, "/oauth/2026-09/token"],
  [/^\/oauth\/v1\/token$/, "/oauth/2026-09/token"],
  [/^\/crm\/(objects|associations|properties|pipelines|owners|limits)\/(2025-09|2026-03)(\/|$)/, "/crm/$1/2026-09$3"],
];

/** The dated path of an older one; null when it is none. */
export function newerPath(path: string): string | null {
  for (const [pattern, target] of MOVES) {
    if (pattern.test(path)) return path.replace(pattern, target).replace(/(.)\/$/, "$1");
  }
  return null;
}
