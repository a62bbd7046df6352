import type { Plan } from "./options.ts";
import { planHasScope } from "./plans.ts";

/** The app's tie to one account: what was granted, by whom, and the tokens that live. */
export interface Install {
  hubId: number;
  userId: number;
  userEmail: string;
  scopes: readonly string[];
  refreshToken: string;
  createdAt: number;
}

export interface AccessToken {
  token: string;
  hubId: number;
  userId: number;
  scopes: readonly string[];
  expiresAt: number;
}

/** A code on its way from the consent page to the exchange. */
export interface Code {
  code: string;
  hubId: number;
  userId: number;
  scopes: readonly string[];
  redirectUri: string;
  /** the Marketplace started this install */
  marketplace: boolean;
  expiresAt: number;
  used: boolean;
  challenge: { value: string; method: string } | null;
}

/** What the account can grant right now. */
export function grantable(scope: string, plan: Plan, available: readonly string[] | null): boolean {
  return planHasScope(plan, scope) && (available === null || scope === "oauth" || available.includes(scope));
}
