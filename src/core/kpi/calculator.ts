/** What churn and weak onboarding cost, with the sources' own examples as defaults (A10.10–A10.12). */

export interface RoiInput {
  clients: number;
  /** lifetime value of a client, in any currency */
  lifetimeValue: number;
  /** yearly churn, per cent */
  churnBefore: number;
  churnAfter: number;
  /** of the programme, per year, same currency */
  yearlyCost: number;
}

export interface Roi {
  savedClients: number;
  savedValue: number;
  /** saved value ÷ cost, as in the source; null without a cost */
  gross: number | null;
  /** (saved value − cost) ÷ cost */
  net: number | null;
}

/** S1: 200 clients, 180,000 UAH, churn 25 % → 15 %, 120,000 UAH a year. */
export const ROI_EXAMPLE: RoiInput = {
  clients: 200,
  lifetimeValue: 180_000,
  churnBefore: 25,
  churnAfter: 15,
  yearlyCost: 120_000,
};

/** The range of gross ROI that S1 names: 10:1 to 30:1. */
export const ROI_RANGE = { from: 10, to: 30 } as const;

/** Return on keeping clients. It counts the whole lifetime value of every saved client, as the source does; the page says so. */
export function roi(input: RoiInput): Roi {
  const savedClients = (input.clients * (input.churnBefore - input.churnAfter)) / 100;
  const savedValue = savedClients * input.lifetimeValue;
  const { yearlyCost } = input;
  if (yearlyCost === 0) return { savedClients, savedValue, gross: null, net: null };
  return { savedClients, savedValue, gross: savedValue / yearlyCost, net: (savedValue - yearlyCost) / yearlyCost };
}

/** A figure between two ends. */
export interface Range {
  from: number;
  to: number;
}

/** S3: churn 20–30 %, CAC €500–5,000, 10 new clients a month. */
export const WEAK_ONBOARDING_EXAMPLE = {
  churn: { from: 20, to: 30 },
  acquisitionCost: { from: 500, to: 5_000 },
  newPerMonth: 10,
} as const;

/** What clients lost to weak onboarding cost, per new client and per month. `churn` in per cent, `acquisitionCost` per client. */
export function weakOnboardingCost(input: { churn: Range; acquisitionCost: Range; newPerMonth: number }): {
  perClient: Range;
  perMonth: Range;
} {
  const { churn, acquisitionCost, newPerMonth } = input;
  const perClient = {
    from: (churn.from * acquisitionCost.from) / 100,
    to: (churn.to * acquisitionCost.to) / 100,
  };
  return { perClient, perMonth: { from: perClient.from * newPerMonth, to: perClient.to * newPerMonth } };
}

/** A10.12: 5 points less churn, 25–95 % more profit; shown as a cited range and never computed with. Source: F. Reichheld, Bain & Company, as S1 cites it. */
export const PROFIT_RANGE = { points: 5, from: 25, to: 95 } as const;
