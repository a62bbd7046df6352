/**
 * The currency methods that the stand-in knows, by hand from the vendor's pages (b24restdocs, api-reference/crm/currency/crm-currency-base-get.md
 * and crm-currency-list.md, commit 1ff802c0): they are not part of methods.json.
 */
import type { MethodSpec } from "./contract.ts";

const common = { v3: false, scopes: [["crm"]], write: false, admin: false, fields: null };

export const CURRENCY_METHODS: readonly MethodSpec[] = [
  { ...common, name: "crm.currency.base.get", params: [] },
  { ...common, name: "crm.currency.list", params: [{ name: "order", type: "object", required: false }] },
];
