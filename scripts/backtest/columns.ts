/** The columns of a history's files: their own names, and those that other programs export them under. */

export interface Column {
  name: string;
  /** other names, likeliest first; only looked for where the own name is not there */
  also: readonly string[];
  isDay?: boolean;
}

export interface Columns {
  all: readonly Column[];
  /** of each list one has to be there */
  needs: readonly (readonly string[])[];
}

const CLIENT: Column = {
  name: "client",
  also: ["client id", "customer", "customer id", "account", "account id", "company", "company id", "user id"],
};

export const EVENTS: Columns = {
  all: [
    CLIENT,
    {
      name: "at",
      also: [
        ...["date", "day", "event date", "order date", "occurred at", "timestamp", "datetime", "event time", "time"],
        ...["purchase date", "transaction date", "invoice date", "created at", "created", "order day"],
      ],
      isDay: true,
    },
    { name: "kind", also: ["event", "event type", "event name", "type", "activity"] },
    { name: "value", also: ["count", "quantity", "amount", "total", "revenue"] },
  ],
  needs: [["client"], ["at"]],
};

export const CLIENTS: Columns = {
  all: [
    { ...CLIENT, also: [...CLIENT.also, "id"] },
    { name: "since", also: ["start", "start date", "started", "customer since", "signup date"], isDay: true },
    { name: "term_days", also: ["term"] },
  ],
  needs: [["client"]],
};

export const INVOICES: Columns = {
  all: [
    CLIENT,
    { name: "invoice", also: ["invoice id", "invoice number", "number", "id"] },
    { name: "issued", also: ["issued at", "issue date", "invoice date"], isDay: true },
    { name: "due", also: ["due date", "due at"], isDay: true },
    { name: "paid", also: ["paid at", "paid date", "paid on", "payment date"], isDay: true },
  ],
  needs: [["client"], ["due"]],
};

export const RENEWALS: Columns = {
  all: [
    CLIENT,
    { name: "at", also: ["date", "day", "renewal date", "renewed at", "end date"], isDay: true },
    { name: "outcome", also: ["result", "status", "renewal status"] },
    { name: "lost", also: ["is lost", "churned", "is churned", "churn"] },
    { name: "renewed", also: ["is renewed", "kept", "retained"] },
  ],
  needs: [["client"], ["at"], ["outcome", "lost", "renewed"]],
};

/**
 * The header by the names that are used here; what is not known keeps its own.
 * @param header as the file has it @throws Error with a sentence when a column is missing, or stands there twice
 */
export function namesOf(header: readonly string[], { all, needs }: Columns): string[] {
  const told = header.map((name) => name.trim().toLowerCase());
  const plain = told.map(plainly);
  const names = [...told];
  for (const { name, also } of all) {
    const at = placeOf(name, also, plain, needs);
    if (at >= 0) names[at] = name;
  }
  const missing = needs.filter((either) => !either.some((name) => names.includes(name)));
  if (missing.length > 0) {
    const wanted = missing.map((either) => quoted(either, " or "));
    throw new Error(`no column ${wanted.join(", ")} (there are: ${told.join(", ")}).`);
  }
  return names;
}

/** Where a column stands, -1 = nowhere: under its own name, else under the likeliest other one. */
function placeOf(name: string, also: readonly string[], plain: readonly string[], needs: Columns["needs"]): number {
  for (const one of [name, ...also]) {
    const at = plain.indexOf(plainly(one));
    if (at < 0) continue;
    const isNeeded = needs.some((either) => either.includes(name));
    if (isNeeded && plain.lastIndexOf(plainly(one)) !== at)
      throw new Error(`the column ${quoted([one])} stands there twice.`);
    return at;
  }
  return -1;
}

/** "Customer ID", "customer_id" and "customerId" are one name. */
function plainly(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

function quoted(names: readonly string[], between = ", "): string {
  return names.map((name) => `"${name}"`).join(between);
}
