/** Tables of the screens: rows and columns where there is room; where there is none, a card for each row with the columns' names in it. */
import { html } from "hono/html";
import type { Html } from "./layout.ts";

export type Cell = Html | string | number;

export interface Column {
  name: string;
  /** what stands in the head in place of the plain name */
  head?: Html;
  kind?: "num" | "num long" | "wrap" | "names" | "acts";
  /** only screen readers are told the name */
  isHidden?: boolean;
}

/** A column of figures. */
export const num = (name: string): Column => ({ name, kind: "num" });

/** A column of sentences. */
export const wrap = (name: string): Column => ({ name, kind: "wrap" });

export interface Row {
  cells: readonly Cell[];
  kind?: string;
}

export interface Table {
  /** what a screen reader calls it */
  label: string;
  columns: readonly (Column | string)[];
  rows: readonly (Row | readonly Cell[])[];
  /** `wide`: many columns, lines kept whole; `form`: fields to fill in; `narrow`: fits a phone as it is; `steps`: of a plan */
  kind?: "wide" | "form" | "form wide" | "narrow" | "steps";
  /** the first column is a value like the others and does not name its row */
  isHeadless?: boolean;
}

/**
 * The roles are spelled out because a browser may forget them where the style makes cards of the rows. The cards take the columns' names from
 * `data-label`; screen readers have them from the head, which is hidden but there.
 */
export function table({ label, columns, rows, kind, isHeadless = false }: Table): Html {
  const named = columns.map((one): Column => (typeof one === "string" ? { name: one } : one));
  const heads = named.map(
    (one) =>
      html`<th scope="col" role="columnheader"${classed(one.kind)}>${one.isHidden ? html`<span class="hidden">${one.name}</span>` : (one.head ?? one.name)}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}"><table role="table"${classed(kind)}><thead role="rowgroup"><tr role="row">${heads}</tr></thead><tbody role="rowgroup">${rows.map((row) => tableRow(row, named, isHeadless))}</tbody></table></div>`;
}

function tableRow(row: Row | readonly Cell[], columns: readonly Column[], isHeadless: boolean): Html {
  const { cells, kind } = "cells" in row ? row : { cells: row, kind: undefined };
  const drawn = cells.map((cell, at) => {
    const { name, isHidden, kind } = columns[at]!;
    if (at === 0 && !isHeadless) return html`<th scope="row" role="rowheader"${classed(kind)}>${cell}</th>`;
    return html`<td role="cell"${classed(kind)}${isHidden ? "" : html` data-label="${name}"`}>${cell}</td>`;
  });
  return html`<tr role="row"${classed(kind)}>${drawn}</tr>`;
}

function classed(kind: string | undefined): Html | "" {
  return kind ? html` class="${kind}"` : "";
}
