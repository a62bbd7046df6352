/** Pipelines, stages, dictionaries and currencies of a portal. Facts sheet section 8.4. */
export interface Category {
  id: number;
  name: string;
  sort: number;
  entityTypeId: number;
  isDefault: boolean;
}

export interface Status {
  id: number;
  entityId: string;
  statusId: string;
  name: string;
  sort: number;
  color: string;
  semantics: "S" | "F" | null;
  extraSemantics: string;
  categoryId: number | null;
  system: boolean;
}

interface StageSeed {
  code: string;
  name: string;
  semantics?: "S" | "F";
  extra?: string;
}

const DEAL_STAGES: readonly StageSeed[] = [
  { code: "NEW", name: "Development" },
  { code: "PREPARATION", name: "Prepare documents" },
  { code: "PREPAYMENT_INVOICE", name: "Prepayment invoice" },
  { code: "EXECUTING", name: "In progress" },
  { code: "WON", name: "Deal won", semantics: "S", extra: "success" },
  { code: "LOSE", name: "Deal lost", semantics: "F", extra: "failure" },
  { code: "APOLOGY", name: "Analyze failure", semantics: "F", extra: "apology" },
];
const LEAD_STAGES: readonly StageSeed[] = [
  { code: "NEW", name: "Unassigned" },
  { code: "IN_PROCESS", name: "In progress" },
  { code: "CONVERTED", name: "Good lead", semantics: "S", extra: "success" },
  { code: "JUNK", name: "Junk lead", semantics: "F", extra: "failure" },
];
const INVOICE_STAGES: readonly StageSeed[] = [
  { code: "N", name: "New" },
  { code: "S", name: "Sent to client" },
  { code: "P", name: "Paid", semantics: "S", extra: "success" },
  { code: "D", name: "Unpaid", semantics: "F", extra: "failure" },
];
const DICTIONARIES: Record<string, readonly [string, string][]> = {
  SOURCE: [
    ["CALL", "Call"],
    ["EMAIL", "E-mail"],
    ["WEB", "Website"],
    ["PARTNER", "Existing client"],
    ["OTHER", "Other"],
  ],
  DEAL_TYPE: [
    ["SALE", "Sale"],
    ["SERVICE", "Service"],
    ["COMPLEX", "Integrated sale"],
  ],
  CONTACT_TYPE: [
    ["CLIENT", "Clients"],
    ["SUPPLIER", "Suppliers"],
    ["PARTNER", "Partners"],
    ["OTHER", "Other"],
  ],
  COMPANY_TYPE: [
    ["CUSTOMER", "Client"],
    ["SUPPLIER", "Supplier"],
    ["PARTNER", "Partner"],
    ["OTHER", "Other"],
  ],
  INDUSTRY: [
    ["IT", "Information technology"],
    ["MANUFACTURING", "Manufacturing"],
    ["CONSULTING", "Consulting"],
    ["FINANCE", "Finance"],
    ["OTHER", "Other"],
  ],
  EMPLOYEES: [
    ["EMPLOYEES_1", "less than 50"],
    ["EMPLOYEES_2", "50 to 250"],
    ["EMPLOYEES_3", "250 to 500"],
    ["EMPLOYEES_4", "over 500"],
  ],
};

/** What one unit is worth in US dollars; the rates of a fresh portal, and never renewed. */
const WORTH: Readonly<Record<string, number>> = { USD: 1, EUR: 1.08, GBP: 1.27, RUB: 0.0125 };

/** A portal's pipelines, stages, dictionaries and currencies, as a fresh cloud portal has them. */
export class Catalog {
  readonly categories: Category[] = [];
  readonly statuses: Status[] = [];
  readonly currencies: string[];
  readonly currency: string;
  #stages = new Map<string, Status>();
  #nextStatusId = 1;
  #nextCategoryId = 1;

  constructor(currency: string) {
    this.currency = currency;
    this.currencies = [...new Set([currency, "USD", "EUR", "GBP", "RUB"])];
    this.categories.push({ id: 0, name: "General", sort: 200, entityTypeId: 2, isDefault: true });
    this.#addStages(2, "DEAL_STAGE", null, "", DEAL_STAGES);
    this.#addStages(1, "STATUS", null, "", LEAD_STAGES);
    this.addCategory(31, "General", true);
    for (const [entityId, entries] of Object.entries(DICTIONARIES)) {
      for (const [index, [code, name]] of entries.entries()) {
        this.#push({
          entityId,
          statusId: code,
          name,
          sort: (index + 1) * 10,
          semantics: null,
          extraSemantics: "",
          categoryId: null,
        });
      }
    }
  }

  /** How much `count` units of a currency are worth in the base one. */
  worth(code: string, count: number): number {
    return ((WORTH[code] ?? 1) / (WORTH[this.currency] ?? 1)) * count;
  }

  /** A new pipeline with its own stages: of deals with codes `C9:WON`, of invoices with codes `DT31_9:P`. */
  addCategory(entityTypeId: number, name: string, isDefault = false): Category {
    const id = this.#nextCategoryId++;
    const category = { id, name, sort: 300 + id, entityTypeId, isDefault };
    this.categories.push(category);
    if (entityTypeId === 2) this.#addStages(2, `DEAL_STAGE_${id}`, id, `C${id}:`, DEAL_STAGES);
    else this.#addStages(31, `SMART_INVOICE_STAGE_${id}`, id, `DT31_${id}:`, INVOICE_STAGES);
    return category;
  }

  category(entityTypeId: number, id: number): Category | undefined {
    return this.categories.find((each) => each.entityTypeId === entityTypeId && each.id === id);
  }

  categoriesOf(entityTypeId: number): Category[] {
    return this.categories.filter((each) => each.entityTypeId === entityTypeId);
  }

  stage(entityTypeId: number, stageId: string): Status | undefined {
    return this.#stages.get(`${entityTypeId}/${stageId}`);
  }

  semantics(entityTypeId: number, stageId: string): "P" | "S" | "F" {
    return this.stage(entityTypeId, stageId)?.semantics ?? "P";
  }

  firstStage(entityTypeId: number, categoryId: number | null): string {
    for (const [key, status] of this.#stages) {
      if (key.startsWith(`${entityTypeId}/`) && (status.categoryId ?? 0) === (categoryId ?? 0)) return status.statusId;
    }
    return "NEW";
  }

  /** The first stage of a pipeline that counts as won (`S`) or lost (`F`). */
  closingStage(entityTypeId: number, categoryId: number, semantics: "S" | "F"): string {
    for (const [key, status] of this.#stages) {
      const mine = key.startsWith(`${entityTypeId}/`) && (status.categoryId ?? 0) === categoryId;
      if (mine && status.semantics === semantics) return status.statusId;
    }
    return "WON";
  }

  #addStages(
    typeId: number,
    entityId: string,
    categoryId: number | null,
    prefix: string,
    seeds: readonly StageSeed[],
  ): void {
    for (const [index, seed] of seeds.entries()) {
      const status = this.#push({
        entityId,
        statusId: prefix + seed.code,
        name: seed.name,
        sort: (index + 1) * 10,
        semantics: seed.semantics ?? null,
        extraSemantics: seed.extra ?? "process",
        categoryId,
      });
      this.#stages.set(`${typeId}/${status.statusId}`, status);
    }
  }

  #push(status: Omit<Status, "id" | "color" | "system">): Status {
    const full = { ...status, id: this.#nextStatusId++, color: "#39A8EF", system: status.semantics !== null };
    this.statuses.push(full);
    return full;
  }
}
